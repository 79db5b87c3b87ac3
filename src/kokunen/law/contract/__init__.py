"""The calculators of ``kokunen law``: JSON in, JSON out, by the contract."""
