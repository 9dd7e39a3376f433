"""What goes wrong is told to the operator."""


class BackupError(Exception):
    """A sentence for the operator. What was there before is untouched."""
