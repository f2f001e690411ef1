"""
What other contexts may import of catalog: plain Python, no Django, one level deep.

No rows, no rules, no helpers: what stands here is a promise to others, and changes by addition.
"""
