"""An invented city with an office that serves it, and example households: nobody in it exists."""
