"""The operators' pages of identity: operators and customers, and each operator's own second factor."""

from contexts.identity.admin import users

__all__ = ["users"]
