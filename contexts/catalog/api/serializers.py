"""What clients send to catalog."""

from rest_framework import serializers

from web_api.paging import PageQuery


class ProductQuery(PageQuery):
    brand = serializers.ListField(
        child=serializers.SlugField(), default=list, help_text="Slugs; repeat for any of them."
    )
    category = serializers.ListField(
        child=serializers.SlugField(), default=list, help_text="Slugs; categories below are included."
    )
    supplier = serializers.ListField(child=serializers.SlugField(), default=list, help_text="Slugs.")
