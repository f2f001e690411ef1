from django.urls import path

from contexts.ordering.api import views

urlpatterns = [
    path("", views.OrdersView.as_view()),
    path("/quote", views.OrderQuoteView.as_view()),
    path("/shipping-methods", views.ShippingMethodsView.as_view()),
    path("/<slug:number>", views.OrderView.as_view()),
    path("/<slug:number>/cancel", views.OrderCancellationView.as_view()),
    path("/<slug:number>/payments", views.OrderPaymentsView.as_view()),
]
