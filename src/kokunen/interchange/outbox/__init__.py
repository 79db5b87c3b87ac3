"""What goes out: made, checked, released, acknowledged."""
