"""Kokunen (国年): the software of a Japanese city's national-pension desk."""
