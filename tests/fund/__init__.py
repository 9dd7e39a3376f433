"""The Innovation Fund."""
