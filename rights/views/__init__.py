"""Pages of rights: disclosures, and the rules for everyone."""
