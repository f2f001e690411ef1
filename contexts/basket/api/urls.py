from django.urls import path

from contexts.basket.api import views

urlpatterns = [
    path("", views.TheBasket.as_view()),
    path("/items", views.Items.as_view()),
    path("/items/<path:sku>", views.OneItem.as_view()),
    path("/coupon", views.TheCoupon.as_view()),
    path("/merge", views.Merge.as_view()),
]
