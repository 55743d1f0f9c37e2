"""Addresses of the entrance and of one's own account, under the names by which allauth looks for them."""

from allauth.socialaccount.providers.openid_connect.views import callback
from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.generic import RedirectView

from tenfold.web.pages import account, entrance
from tenfold.web.pages.viewing import own, public

urlpatterns = [
    path("login", public(entrance.sign_in), name="account_login"),
    path("login/second", public(entrance.second), name="mfa_authenticate"),
    path("login/passkey", public(entrance.passkey), name="mfa_login_webauthn"),
    path("login/again", own(entrance.sign_in_again), name="account_login_again"),
    path("login/inactive", public(entrance.inactive), name="account_inactive"),
    path("login/with/<str:provider_id>", public(entrance.provider), name="openid_connect_login"),
    path("login/with/<str:provider_id>/back", public(callback), name="openid_connect_callback"),
    path(
        "login/cancelled",
        public(RedirectView.as_view(pattern_name="account_login")),
        name="socialaccount_login_cancelled",
    ),
    path("logout", public(LogoutView.as_view()), name="account_logout"),
    path("invitation/<str:token>", public(entrance.invitation), name="invitation"),
    path("outbox", public(entrance.outbox), name="outbox"),
    path("language", public(entrance.language), name="language"),
    path("password/forgotten", public(entrance.forgotten), name="account_reset_password"),
    path("password/forgotten/sent", public(entrance.forgotten_sent), name="account_reset_password_done"),
    path("password/new/<str:uidb36>/<str:key>", public(entrance.new_password), name="account_reset_password_from_key"),
    path("password/new", public(entrance.new_password_done), name="account_reset_password_from_key_done"),
    path("account", own(account.own), name="mfa_index"),
    path("account/second", own(account.second_needed), name="second_needed"),
    path("account/zone", own(account.zone), name="zone"),
    path("account/everywhere", own(account.everywhere), name="everywhere"),
    path("account/password", own(account.change), name="account_change_password"),
    path("account/password/first", own(account.choose), name="account_set_password"),
    path("account/again", own(account.again), name="account_reauthenticate"),
    path("account/again/code", own(account.again_code), name="mfa_reauthenticate"),
    path("account/again/passkey", own(account.again_passkey), name="mfa_reauthenticate_webauthn"),
    path("account/authenticator", own(account.authenticator), name="mfa_activate_totp"),
    path("account/authenticator/off", own(account.authenticator_off), name="mfa_deactivate_totp"),
    path("account/codes", own(account.codes), name="mfa_view_recovery_codes"),
    path("account/codes/new", own(account.codes_new), name="mfa_generate_recovery_codes"),
    path("account/passkeys/add", own(account.passkey_add), name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/remove", own(account.passkey_remove), name="mfa_remove_webauthn"),
]
