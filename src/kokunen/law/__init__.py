"""The law: pure functions over plain values, with dated figures and their articles."""
