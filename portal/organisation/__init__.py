"""Units and appointments: who holds which role where, from when to when."""
