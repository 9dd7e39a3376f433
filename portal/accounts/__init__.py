"""People: who they are, how they sign in, what they can read about themselves."""
