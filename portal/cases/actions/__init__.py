"""Writes to a case that are not moves: one function per verb, keyword-only, atomic."""
