"""Everything that crosses the wall: layouts as data, one way in, one way out."""
