"""What ordering needs of the world outside, each behind a port of its own: payment, mail."""
