from django.urls import path

from contexts.identity.api import address_book, passwords, second_factor, signing_in, signing_up, views

# Those under app/v1/ are where allauth's own documentation has them.
urlpatterns = [
    path("app/v1/auth/signup", signing_up.SignUpView.as_view()),
    path("app/v1/auth/email/verify", signing_up.VerifyEmailView.as_view()),
    path("app/v1/auth/email/verify/resend", signing_up.ResendEmailCodeView.as_view()),
    path("app/v1/auth/login", signing_in.SignInView.as_view()),
    path("app/v1/auth/2fa/authenticate", signing_in.SecondFactorView.as_view()),
    path("app/v1/auth/password/request", passwords.PasswordResetRequestView.as_view()),
    path("app/v1/auth/password/reset", passwords.PasswordResetView.as_view()),
    path("app/v1/auth/session", signing_in.CurrentSessionView.as_view()),
    path("app/v1/tokens/refresh", signing_in.TokenRefreshView.as_view()),
    path("app/v1/auth/reauthenticate", signing_in.ReauthenticateView.as_view()),
    path("app/v1/auth/2fa/reauthenticate", signing_in.ReauthenticateBySecondFactorView.as_view()),
    path("app/v1/account/password/change", passwords.PasswordChangeView.as_view()),
    path("app/v1/account/email", signing_up.EmailView.as_view()),
    path("app/v1/account/authenticators", second_factor.SecondFactorsView.as_view()),
    path("app/v1/account/authenticators/totp", second_factor.TotpView.as_view()),
    path("app/v1/account/authenticators/recovery-codes", second_factor.RecoveryCodesView.as_view()),
    path("sessions", views.SessionsView.as_view()),
    path("me", views.MeView.as_view()),
    path("addresses", address_book.AddressesView.as_view()),
    path("addresses/<uuid:address_id>", address_book.AddressView.as_view()),
    path(".well-known/jwks.json", views.SigningKeysView.as_view()),
]
