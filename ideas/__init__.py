"""Ideas from staff and suggestions from residents (strategy §4.3)."""
