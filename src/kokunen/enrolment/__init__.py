"""資格と付加: who is insured when, and the filings that change it."""
