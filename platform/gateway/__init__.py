"""
The gateway: what every request passes before its context sees it.

It sees contexts through `published` alone, and holds no rule of the shop.
"""
