"""The bounded contexts. They meet only at each other's `published`; nothing stands in this package itself."""
