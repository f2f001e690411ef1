"""The decisions of basket that need no row: plain Python, no Django."""
