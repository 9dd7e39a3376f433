"""Rights to what has been created: disclosures of inventions and other results, decided case by case (strategy §4.3)."""
