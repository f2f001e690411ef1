"""Catalog: what the shop sells, at which price, and how many there are. Others import its `published` alone."""
