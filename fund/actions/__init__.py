"""What is written in the fund, one file for each part of the way."""
