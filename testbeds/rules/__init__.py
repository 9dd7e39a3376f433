"""Guards: what must hold before a move, with the sentence that says what does not."""
