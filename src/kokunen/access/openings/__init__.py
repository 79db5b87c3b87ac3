"""A sealed thing is opened for a stated purpose, for a short time, by a request that stays."""
