"""
The roles of operators, as groups of permissions, and the menu of their pages.

They are here because they span all contexts: one role has permissions of several, and settings are read before Django
can import any `admin`. A new page needs an item in MENU and its permissions in a role (`tests/admin/test_menu.py`
compares both with the pages that are registered).
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy

PATH = "/admin/"
UPLOAD_PATH = f"{PATH}catalog/product/"  # the only pages whose forms contain files

VIEW_MESSAGES = ("messaging.view_outboxmessage", "messaging.view_inboxmessage")
CATALOGUE_EDITOR = (
    *(f"catalog.{may}_{what}" for what in ("brand", "category", "supplier", "product", "variant")
      for may in ("view", "add", "change")),
    *(f"catalog.{may}_picture" for may in ("view", "add", "change", "delete")),
    "catalog.view_stock",
    "catalog.change_stock",
    "catalog.view_stockmovement",
    "catalog.view_reservation",
    "catalog.view_reservationline",
    *(f"basket.{may}_coupon" for may in ("view", "add", "change")),
)  # fmt: skip
ORDER_DESK = (
    "ordering.view_order",
    "ordering.view_orderline",
    "ordering.view_payment",
    *(f"ordering.{may}_order" for may in ("cancel", "ship", "deliver", "refund")),
    "identity.view_customers",
    "catalog.view_stock",
    "catalog.view_reservation",
    "catalog.view_reservationline",
    *VIEW_MESSAGES,
)
ADMINISTRATOR = (
    *CATALOGUE_EDITOR,
    *ORDER_DESK,
    *(f"identity.{may}_user" for may in ("view", "add", "change")),
    "messaging.change_outboxmessage",
    "messaging.change_inboxmessage",
    "admin.view_logentry",
)
ROLES = {"Catalogue editor": CATALOGUE_EDITOR, "Order desk": ORDER_DESK, "Administrator": ADMINISTRATOR}


def _has_any(*permissions: str) -> Callable[[HttpRequest], bool]:
    return lambda request: any(request.user.has_perm(permission) for permission in permissions)


def _item(title: str, icon: str, page: str, *permissions: str) -> dict[str, Any]:
    link = reverse_lazy(f"admin:{page}")
    return {"title": title, "icon": icon, "link": link, "permission": _has_any(*permissions) if permissions else None}


def _group(title: str, *items: dict[str, Any], collapsible: bool = False) -> dict[str, Any]:
    return {"title": title, "collapsible": collapsible, "items": list(items)}


MENU = [
    {"items": [_item("Today", "home", "index")]},
    _group(
        "Selling",
        _item("Orders", "receipt_long", "ordering_order_changelist", "ordering.view_order"),
        _item("Coupons", "sell", "basket_coupon_changelist", "basket.view_coupon"),
    ),
    _group(
        "Catalogue",
        _item("Products", "inventory_2", "catalog_product_changelist", "catalog.view_product"),
        _item("Stock", "warehouse", "catalog_stock_changelist", "catalog.view_stock"),
        _item("Reservations", "front_hand", "catalog_reservation_changelist", "catalog.view_reservation"),
        _item("Brands", "star", "catalog_brand_changelist", "catalog.view_brand"),
        _item("Categories", "account_tree", "catalog_category_changelist", "catalog.view_category"),
        _item("Suppliers", "local_shipping", "catalog_supplier_changelist", "catalog.view_supplier"),
    ),
    _group(
        "People",
        _item("Users", "group", "identity_user_changelist", "identity.view_user", "identity.view_customers"),
        _item("Who changed what", "history", "admin_logentry_changelist", "admin.view_logentry"),
    ),
    _group(
        "Messages",
        _item("All queues", "inbox", "messages", *VIEW_MESSAGES),
        _item("Message history", "timeline", "message_story", *VIEW_MESSAGES),
    ),
]

TEAL = {
    "50": "#f0fdfa", "100": "#ccfbf1", "200": "#99f6e4", "300": "#5eead4", "400": "#2dd4bf", "500": "#14b8a6",
    "600": "#0f766e", "700": "#115e59", "800": "#134e4a", "900": "#0f3d3a", "950": "#042f2e",
}  # fmt: skip
UNFOLD = {
    "SITE_TITLE": "Markethall",
    "SITE_HEADER": "Markethall",
    "SITE_SUBHEADER": "for operators",
    "SITE_URL": None,
    "SITE_SYMBOL": "storefront",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("backoffice/icon.svg")}],
    "STYLES": [lambda request: static("backoffice/style.css")],
    "SCRIPTS": [lambda request: static("backoffice/behaviour.js")],
    "COLORS": {"primary": TEAL},
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "DASHBOARD_CALLBACK": "backoffice.dashboard.add_tiles",
    "ACCOUNT": {
        "navigation": [
            {"title": "Change password", "link": reverse_lazy("admin:password_change")},
            {"title": "Second factor", "link": reverse_lazy("admin:second_factor")},
        ]
    },
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": MENU},
}
