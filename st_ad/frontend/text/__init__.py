"""The text of functions, and what the names in it mean."""
