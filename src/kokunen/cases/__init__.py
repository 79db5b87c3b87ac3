"""Cases: one life for every filing, from receipt to outcome."""
