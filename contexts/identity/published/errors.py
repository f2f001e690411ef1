"""The refusals of identity that callers may catch."""

from building_blocks.refusals import Refusal


class UnknownCustomer(Refusal):
    code = "unknown_customer"
    kind = "not_found"
