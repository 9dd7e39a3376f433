"""The annual follow-up report for the budget closing (strategy §5)."""
