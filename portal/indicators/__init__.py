"""The registry of figures that the annual follow-up reads."""
