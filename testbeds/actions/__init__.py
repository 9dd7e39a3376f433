"""What is done, in one transaction each."""
