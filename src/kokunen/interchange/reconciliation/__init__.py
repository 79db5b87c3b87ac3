"""The answers of the agency, matched to what was forwarded."""
