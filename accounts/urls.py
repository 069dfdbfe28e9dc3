"""Addresses of the second factor and of one's own account."""

from django.urls import path

from accounts.views import account, mails, prove, second_factor

urlpatterns = [
    path("sign-in/passkey/", prove.passkey_only, name="mfa_login_webauthn"),
    # allauth leads there by this name, after the code by mail
    path("sign-in/second-factor/enter/", prove.sign_in, name="mfa_authenticate"),
    path("sign-in/second-factor/again/", prove.again, name="second_factor_again"),
    path("sign-in/second-factor/", second_factor.overview, name="second_factor"),
    path("sign-in/second-factor/app/", second_factor.app, name="second_factor_app"),
    path("sign-in/second-factor/passkey/", second_factor.passkey, name="second_factor_passkey"),
    path("sign-in/second-factor/<int:pk>/remove/", second_factor.remove, name="remove_factor"),
    path("sign-in/second-factor/codes/", second_factor.recovery_codes, name="recovery_codes"),
    path("account/", account.account, name="my_account"),
    path("account/sign-out/", account.sign_out_everywhere, name="sign_out_everywhere"),
    path("account/mails/", mails.choose_mails, name="choose_mails"),
    path("mails/<str:token>/", mails.unsubscribe, name="unsubscribe"),
]
