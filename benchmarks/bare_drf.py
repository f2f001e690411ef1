"""A first version with Django REST framework: model serializers and generic views, with the same facts."""

from typing import Any

from rest_framework import serializers
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.pagination import PageNumberPagination
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from benchmarks.bare_django import PAGE_SIZE, products_with_relations
from contexts.catalog.models import Brand, Category, Product, Supplier, Variant
from web_api.paging import PageQuery
from web_api.query import query_parameters


class BrandSerializer(serializers.ModelSerializer[Brand]):
    class Meta:
        model = Brand
        fields = ("slug", "name")


class CategorySerializer(serializers.ModelSerializer[Category]):
    class Meta:
        model = Category
        fields = ("slug", "name")


class SupplierSerializer(serializers.ModelSerializer[Supplier]):
    class Meta:
        model = Supplier
        fields = ("slug", "name")


class VariantSerializer(serializers.ModelSerializer[Variant]):
    available = serializers.IntegerField(source="stock.available")

    class Meta:
        model = Variant
        fields = ("sku", "name", "price", "available")


class ProductSummarySerializer(serializers.ModelSerializer[Product]):
    brand = BrandSerializer()
    category = CategorySerializer()
    supplier = SupplierSerializer()

    class Meta:
        model = Product
        fields: tuple[str, ...] = ("id", "slug", "name", "brand", "category", "supplier")


class ProductCardSerializer(ProductSummarySerializer):
    sku = serializers.SerializerMethodField()
    price = serializers.SerializerMethodField()
    available = serializers.SerializerMethodField()

    class Meta(ProductSummarySerializer.Meta):
        fields = (*ProductSummarySerializer.Meta.fields, "sku", "price", "available")

    def get_sku(self, product: Product) -> str:
        return product.variants.all()[0].sku

    def get_price(self, product: Product) -> str:
        return str(min(variant.price for variant in product.variants.all()))

    def get_available(self, product: Product) -> int:
        return sum(variant.stock.available for variant in product.variants.all())


class ProductSerializer(ProductSummarySerializer):
    variants = VariantSerializer(many=True)

    class Meta(ProductSummarySerializer.Meta):
        fields = (*ProductSummarySerializer.Meta.fields, "description", "attributes", "variants")


class Pagination(PageNumberPagination):
    page_size = PAGE_SIZE


class ProductListView(ListAPIView[Product]):
    queryset = products_with_relations.order_by("sort_key", "id")
    serializer_class = ProductCardSerializer
    pagination_class = Pagination
    authentication_classes = ()
    renderer_classes = (JSONRenderer,)

    @query_parameters(PageQuery)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show a page; the shop's gateway refuses parameters that no view declares."""
        return super().get(request, *args, **kwargs)


class ProductDetailView(RetrieveAPIView[Product]):
    queryset = products_with_relations
    serializer_class = ProductSerializer
    lookup_field = "slug"
    authentication_classes = ()
    renderer_classes = (JSONRenderer,)
