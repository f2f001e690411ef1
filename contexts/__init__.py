"""The bounded contexts. They import only each other's `published`. Must not go here: code."""
