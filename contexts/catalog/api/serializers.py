"""The query parameters of catalog's endpoints."""

from rest_framework import serializers

from web_api.paging import PageQuery


class ProductQuery(PageQuery):
    brand = serializers.ListField(
        child=serializers.SlugField(), default=list, help_text="Slugs; repeat the parameter to match any of them."
    )
    category = serializers.ListField(
        child=serializers.SlugField(), default=list, help_text="Slugs; categories below are included."
    )
    supplier = serializers.ListField(child=serializers.SlugField(), default=list, help_text="Slugs.")
