"""Where people find the testbeds: by the one way in."""
