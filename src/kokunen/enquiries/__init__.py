"""Requests of a branch to headquarters to confirm a record: a queue with a clock."""
