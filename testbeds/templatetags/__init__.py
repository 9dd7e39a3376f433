"""What the testbeds' templates say of time."""
