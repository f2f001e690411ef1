"""The middleware, files, cookies, and the API's framework."""

from config import operators
from config.settings.base import BASE_DIR, DEVELOPMENT, HTTPS, LOCAL_DIR, env

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
MIDDLEWARE = [
    "gateway.body_draining.drain_request_body",
    "gateway.middleware.RequestTracing",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "gateway.content_policy.content_policy",
    "gateway.caching.no_store_by_default",
    "gateway.probes.probes",
    "backoffice.middleware.operator_middleware",
    "gateway.middleware.check_request",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "gateway.parameters.RejectUnknownParameters",
]
# These checks expect session, user, message and CSRF middleware for all requests. Only operators have sessions and
# cookies: `operator_middleware` adds the first three, and each of their pages checks its CSRF token (decision 0013).
SILENCED_SYSTEM_CHECKS = ["security.W003", "admin.E408", "admin.E409", "admin.E410"]
APPEND_SLASH = False
BODY_LIMIT = 1_000_000  # bytes
UPLOAD_PATH = operators.UPLOAD_PATH
UPLOAD_LIMIT = 10_000_000  # bytes of one file
UPLOAD_BODY_LIMIT = 64_000_000  # bytes of a form with files in it
FILE_UPLOAD_HANDLERS = [
    "backoffice.uploads.LimitedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# The folder of pictures, which all web processes share.
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(LOCAL_DIR / "media") if DEVELOPMENT else "/srv/shop/pictures")
MEDIA_URL = "/api/v1/catalog/pictures/"  # there are only pictures so far, and catalog serves them itself
STATIC_URL = "/static/"
STATIC_ROOT = None if DEVELOPMENT else BASE_DIR / "staticfiles"
WHITENOISE_USE_FINDERS = DEVELOPMENT
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEVELOPMENT
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(livez|readyz|metrics)$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# A browser accepts a cookie with this prefix only over HTTPS.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = (f"{'__Secure-' * HTTPS}{name}" for name in ("sessionid", "csrftoken"))
# Whether a trusted proxy is in front, which sets X-Forwarded-Proto and X-Forwarded-For.
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)  # proxies that allauth's rate limits trust for the client's address

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["web_api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_PARSER_CLASSES": ["web_api.parsing.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["web_api.rendering.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "web_api.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Markethall",
    "DESCRIPTION": "The storefront API: products, basket, orders, identity.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_SPLIT_PATCH": False,  # PATCH bodies have required fields, too
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "web_api.openapi.add_bad_request_responses",
        "web_api.openapi.add_schemas",
    ],
}
