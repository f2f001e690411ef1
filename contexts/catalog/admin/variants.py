"""The variants of a product, as a part of its page, with their prices and stock."""

import re
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib.admin.utils import quote
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.forms import PaginationInlineFormSet

from backoffice.pages import NoDelete
from contexts.catalog.models import Variant

PRICE = f"Price, {settings.CURRENCY}"
SKU = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")  # needs no quoting in a path, and is not `.` or `..`
READONLY_STYLE = "min-width: 11rem; background: transparent; border-color: transparent; box-shadow: none"


class VariantForm(forms.ModelForm):
    """A SKU never changes: baskets and orders contain it. An existing SKU outside the alphabet stays valid."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "sku" in self.fields:
            self.fields["sku"].widget.attrs |= {"readonly": True, "style": READONLY_STYLE}

    def clean_sku(self) -> str:
        sku: str = self.cleaned_data["sku"]
        if self.instance._state.adding and not SKU.fullmatch(sku):
            raise ValidationError("A SKU has letters A to Z, digits and . _ - and begins with a letter or digit.")
        return sku

    class Meta:
        model = Variant
        fields = ("sku", "name", "price", "weight_grams", "position")
        labels: ClassVar = {
            "sku": "SKU",
            "price": PRICE,
            "weight_grams": "Weight, grams",
            "position": "Position",
        }


class VariantFormSet(PaginationInlineFormSet):
    def clean(self) -> None:
        super().clean()
        skus = [sku for form in self.forms if (sku := getattr(form, "cleaned_data", {}).get("sku"))]
        if self.instance.on_sale and not skus:
            raise ValidationError("A product on sale needs a variant: add one, or take the product off sale.")
        if len({sku.upper() for sku in skus}) < len(skus):
            raise ValidationError("Two of these SKUs differ only in upper and lower case.")
        # Django finds a row by the key in the form; with another key it would insert a second row.
        if any(form.instance._state.adding for form in self.initial_forms):
            raise ValidationError("A SKU cannot be changed. Add a variant under the new one instead.")


class VariantInline(NoDelete, TabularInline):
    model = Variant
    form = VariantForm
    formset = VariantFormSet
    fields = ("sku", "name", "price", "weight_grams", "position", "stock_shown")
    readonly_fields = ("stock_shown",)
    extra = 0
    hide_title = True
    min_num = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[Variant]:
        rows: QuerySet[Variant] = super().get_queryset(request)
        return rows.select_related("stock")

    @display(description="Stock")
    def stock_shown(self, variant: Variant) -> str:
        if not hasattr(variant, "stock"):
            return "–"
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}">{} available</a>'
            '<div class="text-xs whitespace-nowrap">{} on hand, {} reserved</div>',
            reverse("admin:catalog_stock_change", args=(quote(variant.pk),)),
            variant.stock.available,
            variant.stock.on_hand,
            variant.stock.reserved,
        )


def price_summary(row: VariantForm) -> str:
    """Return the old and the new price of a row of the form."""
    return f"Price {row['price'].initial} → {row.cleaned_data['price']}"
