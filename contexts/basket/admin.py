"""The operators' pages of basket: coupons. Operators do not see baskets."""

import re
from typing import ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display

from backoffice.pages import BaseAdmin, NoDelete
from contexts.basket.models import Coupon

CODE = re.compile(r"[A-Z0-9][A-Z0-9._-]*")


class CouponForm(forms.ModelForm):
    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).upper()
        if not CODE.fullmatch(code):
            raise forms.ValidationError(
                "Use letters A to Z, digits and the characters . _ -, and begin with a letter or a digit."
            )
        return code

    class Meta:
        model = Coupon
        fields = "__all__"  # noqa: DJ007 - the page lists them
        help_texts: ClassVar = {"code": "Letters, digits and . _ - in upper case; shoppers can type it in lower case."}


@admin.register(Coupon)
class CouponAdmin(NoDelete, BaseAdmin):
    """A coupon ends by its time or its number of uses. It cannot be deleted: baskets and orders refer to its code."""

    form = CouponForm
    list_display = ("code", "state", "discount", "used", "valid_from", "valid_until")
    search_fields = ("code__istartswith",)
    search_help_text = "Beginning of the code"
    ordering = ("-valid_from", "code")
    fields = ("code", "percent_off", "valid_from", "valid_until", "max_uses", "uses")

    def get_readonly_fields(self, request: HttpRequest, obj: Coupon | None = None) -> tuple[str, ...]:
        return ("code", "uses") if obj else ("uses",)

    @display(
        description="State", label={"usable": "success", "used up": "warning", "not yet": "info", "expired": "danger"}
    )
    def state(self, coupon: Coupon) -> str:
        now = timezone.now()
        if coupon.valid_from > now:
            return "not yet"
        if coupon.valid_until and coupon.valid_until <= now:
            return "expired"
        return "usable" if coupon.uses < coupon.max_uses else "used up"

    @display(description="Discount", ordering="percent_off")
    def discount(self, coupon: Coupon) -> str:
        return f"{coupon.percent_off.normalize():f} %"

    @display(description="Used", ordering="uses")
    def used(self, coupon: Coupon) -> str:
        return f"{coupon.uses} of {coupon.max_uses}"
