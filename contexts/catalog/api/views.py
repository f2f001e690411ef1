"""The public face of catalog: parse, ask one query, render."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from building_blocks.api.openapi import document, problems
from building_blocks.api.paging import Page, page_of, slice_of
from building_blocks.api.query import takes
from contexts.catalog import queries
from contexts.catalog.adapters import picture_files
from contexts.catalog.api.rendering import SVGRenderer, WebPRenderer
from contexts.catalog.api.representations import (
    DRAWING,
    CategoryNode,
    Named,
    ProductCard,
    ProductDetail,
    product_card,
    product_detail,
    product_drawing,
)
from contexts.catalog.api.serializers import ProductQuery

ANSWER_KEPT = 60  # seconds that anybody may go on with what they have read
DRAWING_KEPT = 30 * 24 * 3600  # seconds that a browser may show what it has
PICTURE_KEPT = 365 * 24 * 3600
REDIRECT_KEPT = 3600  # for a short while only: a slug may be given to another product
PRODUCT = "/api/v1/catalog/products/{slug}"
MOVED = OpenApiResponse(description="It has another slug now: see Location.")


class PublicView(APIView):
    """Shown to everybody alike, so a client with a stale token may go on looking around, and caches may keep it."""

    authentication_classes = ()
    cache_control = f"public, max-age={ANSWER_KEPT}"

    def dispatch(self, request: HttpRequest, *arguments: Any, **more: Any) -> HttpResponseBase:
        response = super().dispatch(request, *arguments, **more)
        response.headers.setdefault("Cache-Control", self.cache_control)
        return response


class Products(PublicView):
    @takes(ProductQuery)
    @extend_schema(
        operation_id="list_products",
        summary="List products, by name",
        responses={200: document(Page[ProductCard])} | problems(400),
    )
    def get(self, request: Request) -> Response:
        query = ProductQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        wanted = query.validated_data
        found = queries.products(brands=wanted["brand"], categories=wanted["category"], suppliers=wanted["supplier"])
        page, page_size = wanted["page"], wanted["page_size"]
        cards = [product_card(*row) for row in queries.rows(queries.page(found, slice_of(page, page_size)))]
        return Response(page_of(cards, count=found.count(), page=page, page_size=page_size, request=request))


class OneProduct(PublicView):
    @extend_schema(
        operation_id="show_product",
        summary="Show a product with every characteristic, its variants and what is available",
        description="Under a slug that it had before, the answer leads to the one that it has now.",
        responses={200: document(ProductDetail), 301: MOVED} | problems(404),
    )
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        product = queries.product(slug)
        if product is None:
            return _moved(slug, PRODUCT)
        if not product.on_sale:
            raise Http404
        return Response(product_detail(product, queries.variants_of(product), queries.pictures_of(product)))


class Picture(PublicView):
    renderer_classes = (WebPRenderer,)
    cache_control = f"public, max-age={PICTURE_KEPT}, immutable"

    @extend_schema(
        operation_id="show_picture",
        summary="Show a picture of a product; what is at this address never changes",
        responses={(200, WebPRenderer.media_type): OpenApiTypes.BINARY} | problems(404),
    )
    def get(self, request: Request, product_id: str, digest: str) -> Response:
        content = picture_files.content(f"{product_id}/{digest}.webp")
        if content is None:
            raise Http404
        return Response(content)


class Drawing(PublicView):
    renderer_classes = (SVGRenderer,)
    cache_control = f"public, max-age={DRAWING_KEPT}"

    @extend_schema(
        operation_id="show_drawing",
        summary="Show a drawing of a product, which stands where it has no picture",
        responses={(200, SVGRenderer.media_type): OpenApiTypes.STR, 301: MOVED} | problems(404),
    )
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        product = queries.product(slug)
        if product is None:
            return _moved(slug, DRAWING)
        return Response(product_drawing(product, queries.variants_of(product)))


class Categories(PublicView):
    @extend_schema(
        operation_id="list_categories",
        summary="List categories, each after its parent",
        responses={200: document(list[CategoryNode])},
    )
    def get(self, request: Request) -> Response:
        return Response([CategoryNode(slug=c.slug, name=c.name, parent=c.parent_id) for c in queries.categories()])


class Brands(PublicView):
    @extend_schema(operation_id="list_brands", summary="List brands", responses={200: document(list[Named])})
    def get(self, request: Request) -> Response:
        return Response([Named(slug=brand.slug, name=brand.name) for brand in queries.brands()])


class Suppliers(PublicView):
    @extend_schema(operation_id="list_suppliers", summary="List suppliers", responses={200: document(list[Named])})
    def get(self, request: Request) -> Response:
        return Response([Named(slug=supplier.slug, name=supplier.name) for supplier in queries.suppliers()])


def _moved(slug: str, address: str) -> HttpResponseBase:
    """
    Lead to where the product is that had this slug before.

    :raises Http404: no product had it.
    """
    now = queries.slug_now(slug)
    if now is None:
        raise Http404
    kept = {"Cache-Control": f"public, max-age={REDIRECT_KEPT}"}
    return HttpResponsePermanentRedirect(address.format(slug=now), headers=kept)
