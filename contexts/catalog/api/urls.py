from django.urls import path

from contexts.catalog.api import views

urlpatterns = [
    path("products", views.ProductsView.as_view()),
    path("products/<slug:slug>", views.ProductView.as_view()),
    path("pictures/<slug:slug>.svg", views.DrawingView.as_view()),
    path("pictures/<slug:product_id>/<slug:digest>.webp", views.PictureView.as_view()),
    path("categories", views.CategoriesView.as_view()),
    path("brands", views.BrandsView.as_view()),
    path("suppliers", views.SuppliersView.as_view()),
]
