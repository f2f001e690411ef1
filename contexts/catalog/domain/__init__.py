"""The decisions of catalog that need no row: plain Python, no Django."""
