"""The endpoints of catalog: each parses the request, reads by `queries`, and renders a document."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from contexts.catalog import queries
from contexts.catalog.adapters import picture_files
from contexts.catalog.api.rendering import SVGRenderer, WebPRenderer
from contexts.catalog.api.representations import (
    DRAWING_PATH,
    CategoryNode,
    Named,
    ProductCard,
    ProductDetail,
    product_card,
    product_detail,
    product_drawing,
)
from contexts.catalog.api.serializers import ProductQuery
from web_api.openapi import document, problems
from web_api.paging import Page, page_of, slice_of
from web_api.query import parsed_query, query_parameters

RESPONSE_MAX_AGE = 60  # seconds that a client or proxy may reuse a response
DRAWING_MAX_AGE = 30 * 24 * 3600
PICTURE_MAX_AGE = 365 * 24 * 3600
REDIRECT_MAX_AGE = 3600  # short: another product may get the slug
PRODUCT_PATH = "/api/v1/catalog/products/{slug}"
MOVED = OpenApiResponse(description="The product has another slug now: see Location.")


class PublicView(APIView):
    """An endpoint that ignores access tokens, even expired ones: all clients get the same, and caches may store it."""

    authentication_classes = ()
    cache_control = f"public, max-age={RESPONSE_MAX_AGE}"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", self.cache_control)
        return response


class ProductsView(PublicView):
    @query_parameters(ProductQuery)
    @extend_schema(
        operation_id="list_products",
        summary="List products, by name",
        responses={200: document(Page[ProductCard])} | problems(400),
    )
    def get(self, request: Request) -> Response:
        params = parsed_query(request, ProductQuery)
        products = queries.products(brands=params["brand"], categories=params["category"], suppliers=params["supplier"])
        page, page_size = params["page"], params["page_size"]
        cards = [product_card(*row) for row in queries.rows(queries.page(products, slice_of(page, page_size)))]
        return Response(page_of(cards, count=products.count(), page=page, page_size=page_size, request=request))


class ProductView(PublicView):
    @extend_schema(
        operation_id="show_product",
        summary="Show a product with every characteristic, its variants and what is available",
        description="A slug that the product had before redirects to its present one.",
        responses={200: document(ProductDetail), 301: MOVED} | problems(404),
    )
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        product = queries.product(slug)
        if product is None:
            return _redirect(slug, PRODUCT_PATH)
        if not product.on_sale:
            raise Http404
        return Response(product_detail(product, queries.variants_of(product), queries.pictures_of(product)))


class PictureView(PublicView):
    renderer_classes = (WebPRenderer,)
    cache_control = f"public, max-age={PICTURE_MAX_AGE}, immutable"

    @extend_schema(
        operation_id="show_picture",
        summary="Show a picture of a product; the content at this address never changes",
        responses={(200, WebPRenderer.media_type): OpenApiTypes.BINARY} | problems(404),
    )
    def get(self, request: Request, product_id: str, digest: str) -> Response:
        content = picture_files.read(f"{product_id}/{digest}.webp")
        if content is None:
            raise Http404
        return Response(content)


class DrawingView(PublicView):
    renderer_classes = (SVGRenderer,)
    cache_control = f"public, max-age={DRAWING_MAX_AGE}"

    @extend_schema(
        operation_id="show_drawing",
        summary="Show a drawing of a product, for a product without a picture",
        responses={(200, SVGRenderer.media_type): OpenApiTypes.STR, 301: MOVED} | problems(404),
    )
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        product = queries.product(slug)
        if product is None:
            return _redirect(slug, DRAWING_PATH)
        return Response(product_drawing(product, queries.variants_of(product)))


class CategoriesView(PublicView):
    @extend_schema(
        operation_id="list_categories",
        summary="List categories, each after its parent",
        responses={200: document(list[CategoryNode])},
    )
    def get(self, request: Request) -> Response:
        return Response([CategoryNode(slug=c.slug, name=c.name, parent=c.parent_id) for c in queries.categories()])


class BrandsView(PublicView):
    @extend_schema(operation_id="list_brands", summary="List brands", responses={200: document(list[Named])})
    def get(self, request: Request) -> Response:
        return Response([Named(slug=brand.slug, name=brand.name) for brand in queries.brands()])


class SuppliersView(PublicView):
    @extend_schema(operation_id="list_suppliers", summary="List suppliers", responses={200: document(list[Named])})
    def get(self, request: Request) -> Response:
        return Response([Named(slug=supplier.slug, name=supplier.name) for supplier in queries.suppliers()])


def _redirect(slug: str, path: str) -> HttpResponseBase:
    """
    Redirect to the product that had this slug before.

    :param path: the address of the resource, with `{slug}` in it.
    :raises Http404: no product had the slug.
    """
    current = queries.current_slug(slug)
    if current is None:
        raise Http404
    headers = {"Cache-Control": f"public, max-age={REDIRECT_MAX_AGE}"}
    return HttpResponsePermanentRedirect(path.format(slug=current), headers=headers)
