"""Demo content of ideas and suggestions, and their volume for measuring."""
