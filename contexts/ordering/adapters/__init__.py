"""
Ordering's providers, each behind a port: the payment provider and e-mail.

An adapter translates between the provider's words and those of `domain/`. The use
cases record the answers. Must not go here: changes of orders, queries, calls of use cases.
"""
