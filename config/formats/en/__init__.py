"""The formats for English. Must not go here: texts."""
