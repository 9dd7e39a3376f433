"""What the moves of ideas and suggestions do, and the writes beside them."""
