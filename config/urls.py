"""Every URL of the process: each context's API, the operators' site, and the API's documentation."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

urlpatterns: list[URLPattern | URLResolver] = [
    path(settings.OPERATORS_PATH.lstrip("/"), admin.site.urls),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("api/v1/catalog/", include("contexts.catalog.api.urls")),
    path("api/v1/basket", include("contexts.basket.api.urls")),
    path("api/v1/orders", include("contexts.ordering.api.urls")),
    path("api/v1/identity/", include("contexts.identity.api.urls")),
]
if settings.PAYMENT_PROVIDER == "demo":
    urlpatterns.append(path("demo-payments/", include("demo_payments.urls")))

handler400 = "web_api.problems.bad_request"
handler403 = "web_api.problems.permission_denied"
handler404 = "web_api.problems.not_found"
handler500 = "web_api.problems.server_error"
