"""
Basket: what shoppers are about to buy, and the shop's coupons.

It prices a basket from catalog's offers, merges a guest's basket into a customer's, and redeems and releases coupons
for orders. Other contexts import only `published`.

Must not go here: orders, shipping costs and payments (ordering); products, prices and stock (catalog).
"""
