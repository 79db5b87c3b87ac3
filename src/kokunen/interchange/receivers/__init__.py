"""What the records of each layout do: one module for each partner."""
