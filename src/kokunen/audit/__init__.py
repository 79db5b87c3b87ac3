"""The record of access: every write, every read of a person, every refusal; sealed and verified."""
