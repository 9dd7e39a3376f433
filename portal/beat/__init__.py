"""The scheduler: what is done at which time, once, however many machines stand ready to do it."""
