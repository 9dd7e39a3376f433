"""Guards of calls and applications, and what counts (strategy §4.3, B43-5)."""
