"""The pages of brands, suppliers and categories. Their slugs are in public addresses, and never change."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from backoffice.pages import BaseAdmin, NoDelete
from contexts.catalog.models import Brand, Category, Supplier


@admin.register(Brand, Supplier)
class TaxonomyAdmin(NoDelete, BaseAdmin):
    list_display = ("name_shown", "slug")
    search_fields = ("name",)
    ordering = ("sort_key", "slug")

    @display(description="Name", ordering="sort_key")
    def name_shown(self, term: Brand | Supplier | Category) -> str:
        return term.name

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("slug",) if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, tuple[str, ...]]:
        return {} if obj else {"slug": ("name",)}


@admin.register(Category)
class CategoryAdmin(TaxonomyAdmin):
    """A category never moves in the tree: the paths of all categories below it contain its path."""

    list_display = ("name_shown", "path")
    fields = ("name", "slug", "parent")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("slug", "parent") if obj else ()
