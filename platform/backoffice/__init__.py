"""
The operators' pages, as far as they are nobody's in particular: sign-in, the first page, messages, who changed what.

Each context registers its own pages in its `admin.py`. Nothing here knows a context.
"""
