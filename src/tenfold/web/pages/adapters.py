"""What allauth asks of this application: nobody signs up by themselves, and every word is of the catalogue."""

from functools import partial
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language

from tenfold.report.words import catalogue, language_of, say
from tenfold.web.pages.again import lately
from tenfold.web.pages.handing import address
from tenfold.web.pages.later import wait
from tenfold.web.pages.refusing import mark
from tenfold.web.services.letters import post
from tenfold.web.store.accounts import Account
from tenfold.web.store.ciphers import decrypted, encrypted

RESET = "account/email/password_reset_key"
DJANGO_LANGUAGE = {"zh-Hans": "zh-hans", "en": "en"}


class Accounts(DefaultAccountAdapter):
    """Signing in: by invitation only, without flashed messages, with letters of our own."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account without an invitation."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Flash nothing: the page that follows says what is so now."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Look at no password where there were too many wrong ones, and tell the log."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            mark(request, "too_often")
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Tell the log that a password was wrong."""
        mark(request, "password")

    def is_ajax(self, request: HttpRequest) -> bool:
        """Answer with data only where a passkey asks for its challenge."""
        return request.method == "GET" and request.path == reverse("mfa_login_webauthn")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again who somebody is unless they said so lately; signing in is saying so."""
        return not lately(self.request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the one letter that allauth asks for: the way to a new password."""
        if template_prefix == RESET:
            url = context["password_reset_url"]
            wait(self.request, partial(post, email, context["user"].language, "reset", url=url))

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell somebody that their way in was changed, so that they notice when it was not them."""
        changed = f"letter.changed.{template_prefix.rpartition('/')[2]}"
        if changed in catalogue(user.language):
            post(user.email, user.language, "changed", what=say(user.language, changed))

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the way to a new password."""
        account, _, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": account, "key": token})
        return address(self.request, path)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Go back to where everything about the account stands."""
        return reverse("mfa_index")

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Go on in the language that the account reads, where this browser has none yet."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and isinstance(user, Account):
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, DJANGO_LANGUAGE[user.language])
        return response


class SecondFactors(DefaultMFAAdapter):
    """What a second factor is called, and how its secret is kept."""

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """Say what is wrong with a code or a passkey, and tell the log."""
        mark(self.request, "factor")
        error: ValidationError = super().validation_error(code, *args)
        return error

    def encrypt(self, text: str) -> str:
        """Encrypt a secret before it is kept: of an app, of recovery codes."""
        return encrypted(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret that was kept; where it was under another key, one that nobody knows: no code is right."""
        found = decrypted(encrypted_text)
        return generate_totp_secret() if found is None else found

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        """Return a name for a passkey that was given none."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return say(language_of(get_language()), "account.passkey.name", {"number": number})

    def _get_site_name(self) -> str:
        return str(settings.MFA_TOTP_ISSUER)


class Providers(DefaultSocialAccountAdapter):
    """Whom another provider vouches for gets in where their address has an account already."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nobody makes an account without an invitation."""
        return False
