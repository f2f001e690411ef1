"""The decisions of ordering that need no row: plain Python, no Django."""
