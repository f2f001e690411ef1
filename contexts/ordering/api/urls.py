from django.urls import path

from contexts.ordering.api import views

urlpatterns = [
    path("", views.Orders.as_view()),
    path("/quote", views.OrderQuote.as_view()),
    path("/shipping-methods", views.ShippingMethods.as_view()),
    path("/<slug:number>", views.OneOrder.as_view()),
    path("/<slug:number>/cancel", views.OrderCancellation.as_view()),
    path("/<slug:number>/payments", views.OrderPayments.as_view()),
]
