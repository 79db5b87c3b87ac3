"""Paper: every filing, list and notice of the desk as a tagged PDF, made by Typst."""
