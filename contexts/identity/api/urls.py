from django.urls import path

from contexts.identity.api import address_book, passwords, second_factor, signing_in, signing_up, views

# Those under app/v1/ are where allauth's own documentation has them.
urlpatterns = [
    path("app/v1/auth/signup", signing_up.SignUp.as_view()),
    path("app/v1/auth/email/verify", signing_up.VerifyEmail.as_view()),
    path("app/v1/auth/email/verify/resend", signing_up.ResendCode.as_view()),
    path("app/v1/auth/login", signing_in.SignIn.as_view()),
    path("app/v1/auth/2fa/authenticate", signing_in.SecondStep.as_view()),
    path("app/v1/auth/password/request", passwords.RequestPasswordReset.as_view()),
    path("app/v1/auth/password/reset", passwords.ResetPassword.as_view()),
    path("app/v1/auth/session", signing_in.CurrentSession.as_view()),
    path("app/v1/tokens/refresh", signing_in.Refresh.as_view()),
    path("app/v1/auth/reauthenticate", signing_in.Reauthenticate.as_view()),
    path("app/v1/auth/2fa/reauthenticate", signing_in.ReauthenticateBySecondFactor.as_view()),
    path("app/v1/account/password/change", passwords.Password.as_view()),
    path("app/v1/account/email", signing_up.Email.as_view()),
    path("app/v1/account/authenticators", second_factor.SecondFactors.as_view()),
    path("app/v1/account/authenticators/totp", second_factor.App.as_view()),
    path("app/v1/account/authenticators/recovery-codes", second_factor.RecoveryCodes.as_view()),
    path("sessions", views.Sessions.as_view()),
    path("me", views.Myself.as_view()),
    path("addresses", address_book.Addresses.as_view()),
    path("addresses/<uuid:address_id>", address_book.OneAddress.as_view()),
    path(".well-known/jwks.json", views.KeySet.as_view()),
]
