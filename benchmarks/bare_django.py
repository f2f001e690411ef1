"""The minimum with Django: a queryset in a JsonResponse, with the same facts as the shop's own answers."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404

from contexts.catalog.models import Product, Variant

PAGE_SIZE = 20

products_with_relations = Product.objects.select_related("brand", "category", "supplier").prefetch_related(
    Prefetch("variants", Variant.objects.select_related("stock"))
)


def products(request: HttpRequest) -> JsonResponse:
    page = Paginator(products_with_relations.order_by("sort_key", "id"), PAGE_SIZE).get_page(request.GET.get("page"))
    return JsonResponse(
        {
            "count": page.paginator.count,
            "next": f"?page={page.next_page_number()}" if page.has_next() else None,
            "previous": f"?page={page.previous_page_number()}" if page.has_previous() else None,
            "results": [_card(product) for product in page],
        }
    )


def product(request: HttpRequest, slug: str) -> JsonResponse:
    instance = get_object_or_404(products_with_relations, slug=slug)
    details = {
        "description": instance.description,
        "attributes": instance.attributes,
        "variants": [_variant(variant) for variant in instance.variants.all()],
        "images": [f"/api/v1/catalog/pictures/{instance.slug}.svg"],
    }
    return JsonResponse(_summary(instance) | details)


def _card(product: Product) -> dict[str, Any]:
    variants = list(product.variants.all())
    available = sum(variant.stock.available for variant in variants)
    return _summary(product) | {
        "sku": variants[0].sku,
        "price": _money(min(variants, key=lambda variant: variant.price)),
        "available": available,
        "in_stock": available > 0,
        "image": f"/api/v1/catalog/pictures/{product.slug}.svg",
    }


def _summary(product: Product) -> dict[str, Any]:
    return {
        "id": product.id,
        "slug": product.slug,
        "name": product.name,
        "brand": {"slug": product.brand.slug, "name": product.brand.name},
        "category": {"slug": product.category.slug, "name": product.category.name},
        "supplier": {"slug": product.supplier.slug, "name": product.supplier.name},
    }


def _variant(variant: Variant) -> dict[str, Any]:
    return {
        "sku": variant.sku,
        "name": variant.name,
        "price": _money(variant),
        "available": variant.stock.available,
        "in_stock": variant.stock.available > 0,
    }


def _money(variant: Variant) -> dict[str, Any]:
    return {"amount": variant.price, "currency": settings.CURRENCY}
