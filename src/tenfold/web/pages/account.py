"""One's own account: the language, the password, second factors, passkeys, and every session at once."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import PasswordChangeView, PasswordSetView, ReauthenticateView
from allauth.mfa.base.views import IndexView
from allauth.mfa.base.views import ReauthenticateView as CodeAgainView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, ReauthenticateWebAuthnView, RemoveWebAuthnView
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from tenfold.report.words import language_of
from tenfold.web.pages.again import SECOND, showed_second
from tenfold.web.pages.entrance import twice
from tenfold.web.rights.names import community_named
from tenfold.web.rights.times import zones
from tenfold.web.store.accounts import Account, Seat

HOME = reverse_lazy("mfa_index")


class Own(IndexView):
    """Everything about one's own account."""

    template_name = "pages/account.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add where the account has a seat, and how many recovery codes are left."""
        found: dict[str, Any] = super().get_context_data(**kwargs)
        seats = Seat.objects.filter(account=self.request.user).select_related("community").order_by("pk")
        codes = found["authenticators"].get("recovery_codes")
        left = len(codes.get_unused_codes()) if codes else 0
        keys = [key.instance for key in found["authenticators"].get("webauthn", [])]
        language = language_of(get_language())
        named = [(seat.community.name, community_named(seat.community, language)) for seat in seats]
        return found | {"seats": named, "left": left, "keys": keys, "zones": zones()}


class Change(PasswordChangeView):
    """Changing a password that one knows."""

    template_name = "pages/password_change.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        """Return what the form gets."""
        return twice(super().get_form_kwargs())


class Choose(PasswordSetView):
    """Choosing a first password."""

    template_name = "pages/password_change.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        """Return what the form gets."""
        return twice(super().get_form_kwargs())


class SetUp(ActivateTOTPView):
    """Setting up an authenticator app: whoever typed its code has shown the second factor."""

    template_name = "pages/authenticator.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Note it in the session."""
        answer: HttpResponse = super().form_valid(form)
        record_authentication(self.request, self.request.user, SECOND, type=Authenticator.Type.TOTP)
        return answer


class AddPasskey(AddWebAuthnView):
    """Adding a passkey: whoever has just made it has shown the second factor."""

    template_name = "pages/passkey_add.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Note it in the session."""
        answer: HttpResponse = super().form_valid(form)
        record_authentication(self.request, self.request.user, SECOND, type=Authenticator.Type.WEBAUTHN)
        return answer


own = Own.as_view()
change = Change.as_view()
choose = Choose.as_view()
again = ReauthenticateView.as_view(template_name="pages/again.html")
again_code = CodeAgainView.as_view(template_name="pages/again_code.html")
again_passkey = ReauthenticateWebAuthnView.as_view(template_name="pages/again_passkey.html")
authenticator = SetUp.as_view()
authenticator_off = DeactivateTOTPView.as_view(template_name="pages/authenticator_off.html")
codes = ViewRecoveryCodesView.as_view(template_name="pages/codes.html")
codes_new = GenerateRecoveryCodesView.as_view(template_name="pages/codes_new.html")
passkey_add = AddPasskey.as_view()
passkey_remove = RemoveWebAuthnView.as_view(template_name="pages/passkey_remove.html", success_url=HOME)


@require_GET
def second_needed(request: HttpRequest) -> HttpResponse:
    """Say why a password is not enough, and lead to where a second factor is shown or set up."""
    assert isinstance(request.user, Account)
    has = Authenticator.objects.filter(user=request.user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    content = {"has": has.exists(), "shown": showed_second(request), "keys": has.filter(type="webauthn").exists()}
    return render(request, "pages/second_needed.html", content)


@require_POST
def zone(request: HttpRequest) -> HttpResponse:
    """Read times by the clock of a zone from now on, or by each community's."""
    assert isinstance(request.user, Account)
    chosen = request.POST.get("zone", "")
    if chosen and chosen not in zones():
        raise Http404
    request.user.timezone = chosen
    request.user.save(update_fields=["timezone"])
    return redirect("mfa_index")


@require_POST
def everywhere(request: HttpRequest) -> HttpResponse:
    """End every session of the account but this one."""
    assert isinstance(request.user, Account)
    request.user.end_sessions()
    update_session_auth_hash(request, request.user)
    return redirect("mfa_index")
