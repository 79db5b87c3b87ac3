"""The counts of the desk: by month and year, each with its rows, and safe to publish."""
