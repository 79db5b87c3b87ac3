"""The screens of the city's site: views that parse, call one operation or query, and render."""
