"""Ordering: from a priced basket to a paid order. Others import its `published` alone."""
