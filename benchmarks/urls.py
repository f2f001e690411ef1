"""The shop's URLs, and the bare views."""

from django.urls import path

from benchmarks import bare_django, bare_drf
from config.urls import urlpatterns as shop

urlpatterns = [
    *shop,
    path("bare-django/products", bare_django.products),
    path("bare-django/products/<slug:slug>", bare_django.product),
    path("bare-drf/products", bare_drf.ProductListView.as_view()),
    path("bare-drf/products/<slug:slug>", bare_drf.ProductDetailView.as_view()),
]
