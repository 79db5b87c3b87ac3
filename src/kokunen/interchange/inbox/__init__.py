"""What comes in: files refused or applied, record by record."""
