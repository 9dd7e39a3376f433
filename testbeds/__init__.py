"""Testbeds: from an outside request to a decision on permanent use (strategy §4, §4.4, §6.2)."""
