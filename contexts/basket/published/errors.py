"""The refusals of basket that callers may catch."""

from building_blocks.refusals import Refusal


class UnknownBasket(Refusal):
    """No basket belongs to this token."""

    code = "unknown_basket"
    kind = "not_found"


class EmptyBasket(Refusal):
    """The basket contains no items."""

    code = "empty_basket"


class ItemNotSold(Refusal):
    """An item of the basket is no longer sold."""

    code = "item_not_sold"


class CouponRefused(Refusal):
    """The coupon does not exist, is not valid now, or is used up."""

    code = "coupon_refused"
    kind = "invalid"
