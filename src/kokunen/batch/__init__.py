"""Whole registers in one run: the rules of one person on frames of millions.

``tables`` says what comes in, ``bits`` turns each row into a small number by the rules, ``answers``
decides each distinct situation once with the one-person rule, ``check`` finds what cannot be used,
``register`` and ``with_polars`` or ``with_spark`` move the rows, ``output`` keeps files whole, and
``assess`` is the door.
"""
