"""
`make tour`: a purchase to watch, with the customer's requests, the messages behind it, and the result.

It uses the API as any client would and reads messages as an operator would.

Must not go here: code that the shop needs.
"""
