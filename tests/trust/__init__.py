"""Tests of the whole portal: each is a check of docs/trust.md, over every address, person and kind of case at once."""
