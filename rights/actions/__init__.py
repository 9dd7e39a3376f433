"""What the moves of a disclosure do, and the writes beside them."""
