from django.urls import path

from contexts.identity.api import address_book, views

# Those under app/v1/ are where allauth's own documentation has them.
urlpatterns = [
    path("app/v1/auth/signup", views.SignUp.as_view()),
    path("app/v1/auth/login", views.SignIn.as_view()),
    path("app/v1/auth/session", views.CurrentSession.as_view()),
    path("app/v1/tokens/refresh", views.Refresh.as_view()),
    path("me", views.Myself.as_view()),
    path("addresses", address_book.Addresses.as_view()),
    path("addresses/<uuid:address_id>", address_book.OneAddress.as_view()),
    path(".well-known/jwks.json", views.KeySet.as_view()),
]
