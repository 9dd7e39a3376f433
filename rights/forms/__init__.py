"""Forms of disclosures."""
