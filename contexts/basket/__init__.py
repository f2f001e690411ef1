"""Basket: what a shopper is about to buy, and coupons. Others import its `published` alone."""
