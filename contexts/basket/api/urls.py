from django.urls import path

from contexts.basket.api import views

urlpatterns = [
    path("", views.BasketView.as_view()),
    path("/items", views.BasketItemsView.as_view()),
    path("/items/<path:sku>", views.BasketItemView.as_view()),
    path("/coupon", views.BasketCouponView.as_view()),
    path("/merge", views.BasketMergeView.as_view()),
]
