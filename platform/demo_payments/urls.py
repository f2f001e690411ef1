from django.urls import path

from demo_payments.views import TokensView, action

app_name = "demo_payments"

urlpatterns = [
    path("tokens", TokensView.as_view(), name="tokens"),
    path("actions/<uuid:action_id>", action, name="action"),
]
