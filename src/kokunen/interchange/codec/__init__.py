"""The one way in and out of a file: a layout is data, and this reads and writes them all.

``shape`` is what a layout says, ``schema`` reads it; ``charset`` and ``fields`` turn bytes into
values and back, ``records`` whole records; ``reading`` and ``writing`` are what others call.
"""
