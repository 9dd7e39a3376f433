"""The admin pages: which tables are there, and the way in."""
