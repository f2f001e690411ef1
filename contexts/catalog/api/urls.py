from django.urls import path

from contexts.catalog.api import views

urlpatterns = [
    path("products", views.Products.as_view()),
    path("products/<slug:slug>", views.OneProduct.as_view()),
    path("pictures/<slug:slug>.svg", views.Drawing.as_view()),
    path("pictures/<slug:product_id>/<slug:digest>.webp", views.Picture.as_view()),
    path("categories", views.Categories.as_view()),
    path("brands", views.Brands.as_view()),
    path("suppliers", views.Suppliers.as_view()),
]
