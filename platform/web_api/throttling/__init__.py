"""
How often something may be tried: counting, the answer that it was too often, and the cache that is counted in.

It knows no context and none of the building blocks. What is limited, and how, its callers say.
"""
