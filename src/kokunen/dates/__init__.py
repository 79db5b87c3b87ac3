"""Months, wareki, ages, yearly cycles and business days: the calendar of the pension office."""
