"""The shape of the register and its walls, step by step."""
