"""A purchase to look on at: a customer at the API, the messages behind it, and what is there in the end."""
