"""Forms: they explain what the database will refuse."""
