"""The operators' pages of basket: coupons. Baskets are the shoppers' own."""

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
            raise forms.ValidationError("A code is made of letters A to Z, digits, and . _ - after the first of them.")
        return code

    class Meta:
        model = Coupon
        fields = "__all__"  # noqa: DJ007 - the page names them
        help_texts: ClassVar = {"code": "Letters, digits and . _ - in upper case; shoppers may type it in either."}


@admin.register(Coupon)
class CouponAdmin(NoDelete, BaseAdmin):
    """A coupon ends by its time or its number of uses; baskets and orders know it by its code, so it stays."""

    form = CouponForm
    list_display = ("code", "state", "takes_off", "used", "valid_from", "valid_until")
    search_fields = ("code__istartswith",)
    search_help_text = "How the code begins"
    ordering = ("-valid_from", "code")
    fields = ("code", "percent_off", "valid_from", "valid_until", "max_uses", "uses")

    def get_readonly_fields(self, request: HttpRequest, obj: Coupon | None = None) -> tuple[str, ...]:
        return ("code", "uses") if obj else ("uses",)

    @display(
        description="State", label={"usable": "success", "used up": "warning", "not yet": "info", "over": "danger"}
    )
    def state(self, coupon: Coupon) -> str:
        now = timezone.now()
        if coupon.valid_from > now:
            return "not yet"
        if coupon.valid_until and coupon.valid_until <= now:
            return "over"
        return "usable" if coupon.uses < coupon.max_uses else "used up"

    @display(description="Takes off", ordering="percent_off")
    def takes_off(self, coupon: Coupon) -> str:
        return f"{coupon.percent_off.normalize():f} %"

    @display(description="Used", ordering="uses")
    def used(self, coupon: Coupon) -> str:
        return f"{coupon.uses} of {coupon.max_uses}"
