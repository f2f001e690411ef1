"""
A stand-in for a card payment provider: another party, which happens to run in the same process.

The shop's servers ask it through `provider`, the shopper's browser through its public endpoints. It knows no
context and no order, and nothing outside may touch its tables. Where a real provider serves, it answers 404.
"""
