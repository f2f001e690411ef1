"""
What other contexts may import of basket: plain Python, no Django, one level deep.

No rows, no rules, no helpers: what stands here is a promise to others, and changes by addition.
"""
