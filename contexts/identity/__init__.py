"""
Identity: the users of the shop (customers and operators), their sign-in, their roles, and customers' address books.

It issues access tokens, and is the only context with the private keys that sign them. Other contexts import only
`published`.

Must not go here: checking an access token or a permission for another context (`web_api/authentication.py`), the
addresses of orders (ordering copies them), the names and permissions of roles (`config/operators.py`).
"""
