"""
The operators' site at `/admin/`, without the pages of any context: sign-in, the first page, the log of changes.

It also contains what the contexts' pages share: forms that detect conflicting saves, actions, filters, error pages.
Each context registers its own pages in its `admin`.

Must not go here: pages about one context, rules of the shop, roles and the menu (`config/operators.py`), the second
factor (identity), and pages about messages (`message_console`). Nothing here imports a context.
"""
