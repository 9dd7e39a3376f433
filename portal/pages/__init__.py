"""Pages that belong to no case: start, one way in, contacts, guides, the accessibility statement."""
