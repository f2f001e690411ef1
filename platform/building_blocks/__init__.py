"""
What every context builds on: money, addresses, refusals, rules for text; published interfaces; databases.

Must not go here: anything that names a context, a product or an order; messages (`messaging`); HTTP (`web_api`); a
helper that only one context needs; imports in this file, because `published` packages, which import it, stay free of
Django.
"""
