"""
The operators' pages of identity: operators and customers, and each operator's own second factor.

Pages call use cases.
Must not go here: rules, transactions, the sign-in form and its limits (`platform/backoffice`).
"""

from contexts.identity.admin import users

__all__ = ["users"]
