"""Pages of ideas and suggestions."""
