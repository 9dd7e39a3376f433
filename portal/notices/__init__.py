"""What is told to whom: in the portal and by e-mail."""
