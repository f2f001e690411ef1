from django.urls import path

from contexts.identity.api import address_book, passwords, second_factor, sign_in, sign_up, views

# The paths under app/v1/ are those of allauth's own documentation.
urlpatterns = [
    path("app/v1/auth/signup", sign_up.SignUpView.as_view()),
    path("app/v1/auth/email/verify", sign_up.VerifyEmailView.as_view()),
    path("app/v1/auth/email/verify/resend", sign_up.ResendEmailCodeView.as_view()),
    path("app/v1/auth/login", sign_in.SignInView.as_view()),
    path("app/v1/auth/2fa/authenticate", sign_in.SecondFactorView.as_view()),
    path("app/v1/auth/password/request", passwords.PasswordResetRequestView.as_view()),
    path("app/v1/auth/password/reset", passwords.PasswordResetView.as_view()),
    path("app/v1/auth/session", sign_in.CurrentSessionView.as_view()),
    path("app/v1/tokens/refresh", sign_in.TokenRefreshView.as_view()),
    path("app/v1/auth/reauthenticate", sign_in.ReauthenticateView.as_view()),
    path("app/v1/auth/2fa/reauthenticate", sign_in.ReauthenticateBySecondFactorView.as_view()),
    path("app/v1/account/password/change", passwords.PasswordChangeView.as_view()),
    path("app/v1/account/email", sign_up.EmailView.as_view()),
    path("app/v1/account/authenticators", second_factor.SecondFactorsView.as_view()),
    path("app/v1/account/authenticators/totp", second_factor.TotpView.as_view()),
    path("app/v1/account/authenticators/recovery-codes", second_factor.RecoveryCodesView.as_view()),
    path("sessions", views.SessionsView.as_view()),
    path("me", views.MeView.as_view()),
    path("addresses", address_book.AddressesView.as_view()),
    path("addresses/<uuid:address_id>", address_book.AddressView.as_view()),
    path(".well-known/jwks.json", views.SigningKeysView.as_view()),
]
