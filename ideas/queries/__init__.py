"""Reusable reads of ideas, suggestions and challenges."""
