"""What a calendar shows of a testbed, and to whom."""
