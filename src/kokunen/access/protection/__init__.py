"""Protection measures (支援措置): who is hidden, from when, and what nobody may link."""
