"""Pages of the case. A new kind needs none of its own but the one that writes its draft (``WriteView``) and one that begins it."""
