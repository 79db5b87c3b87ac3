"""Exemption (免除), deferral (納付猶予) and the student special case (学生納付特例).

``rules`` holds the legal tests, each once; ``facts`` what they are about; ``standing`` what one
person passes; ``decision`` what an application gets; ``assess`` whole applications, month by month.
"""
