"""The vault of individual numbers (個人番号): encrypted at rest, opened one person at a time."""
