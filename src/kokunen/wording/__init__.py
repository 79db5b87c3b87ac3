"""What the law computed, in words: pages for people, reasons, rule pages, figures due for a check.

``words`` holds every sentence, one module per language; nothing else in the product words a result.
"""
