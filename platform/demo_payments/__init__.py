"""
A stand-in for a card payment provider: another company, which happens to run in the same process.

The shop's servers call `provider`, and the shopper's browser calls the public endpoints (`views`). With another
PAYMENT_PROVIDER, the endpoints return 404.

Must not go here: anything about orders, customers or the shop's rules. Nothing here imports a context, and nothing
outside may use its tables.
"""
