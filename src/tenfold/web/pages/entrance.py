"""The entrance: signing in and out, an invitation, a forgotten password, a second factor, the outbox."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.account.views import (
    LoginView,
    PasswordResetDoneView,
    PasswordResetFromKeyDoneView,
    PasswordResetFromKeyView,
    PasswordResetView,
)
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.views import LoginWebAuthnView
from allauth.socialaccount.providers.openid_connect.views import login as to_provider
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.password_validation import validate_password
from django.forms import CharField, Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods
from django.views.i18n import set_language

from tenfold.report.words import language_of, say
from tenfold.terms.errors import Refused
from tenfold.web.pages.demo import on_this_machine
from tenfold.web.pages.later import AnsweredFirst, waiting
from tenfold.web.rights.names import community_named
from tenfold.web.services.invitations import account_of, begin, join, open_invitation
from tenfold.web.store.accounts import Account, Invitation, Letter
from tenfold.web.store.outbox import PATH as OUTBOX

SENTENCE = "pages/entrance_said.html"  # a page that says one thing


def twice(given: dict[str, Any]) -> dict[str, Any]:
    """Give a form of allauth's its new password twice: here one types it once."""
    if "data" not in given:
        return given
    sent = given["data"].copy()
    sent["password2"] = sent.get("password1", "")
    return given | {"data": sent}


class NewPassword(PasswordResetFromKeyView):
    """Choosing a new password by the link of a letter."""

    template_name = "pages/password_new.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        """Return what the form gets."""
        return twice(super().get_form_kwargs())


class Forgotten(PasswordResetView):
    """Asking for the way to a new password."""

    template_name = "pages/password_forgotten.html"

    def form_valid(self, form: Form) -> HttpResponse:
        """Answer alike, and as fast, whether or not the address has an account."""
        answer: HttpResponse = super().form_valid(form)
        if not isinstance(answer, HttpResponseRedirect):  # too many tries
            return answer
        return AnsweredFirst(answer.url, waiting(self.request))


sign_in = LoginView.as_view(template_name="pages/login.html")
forgotten = Forgotten.as_view()
forgotten_sent = PasswordResetDoneView.as_view(
    template_name=SENTENCE, extra_context={"title": "entrance.sent", "lead": "entrance.sent.lead"}
)
new_password = NewPassword.as_view()
new_password_done = PasswordResetFromKeyDoneView.as_view(
    template_name=SENTENCE, extra_context={"title": "entrance.changed", "lead": "entrance.changed.lead"}
)
second = AuthenticateView.as_view(template_name="pages/second.html")
passkey = LoginWebAuthnView.as_view()


def provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Go to another provider to sign in; nobody ties a second identity to an account that is open here."""
    if request.GET.get("process", "login") != "login":
        raise Http404
    answer: HttpResponse = to_provider(request, provider_id)
    return answer


@require_GET
def inactive(request: HttpRequest) -> HttpResponse:
    """Say to somebody who was shut out that they were."""
    return render(request, SENTENCE, {"title": "entrance.inactive", "lead": "entrance.inactive.lead"})


@require_GET
@login_required
def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Let somebody without a password show who they are where they sign in."""
    return render(request, "pages/again_provider.html", {"next": request.GET.get("next", "/")})


class Begin(Form):
    """What somebody gives who was invited: a password of their own."""

    password = CharField(strip=False)

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_password(self) -> str:
        """Check that the password is worth its name."""
        given = str(self.cleaned_data["password"])
        validate_password(given, self.account)
        return given


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation; take it with a new account, or with the one that its address has."""
    found = open_invitation(token)
    if found is None:
        gone = {"title": "entrance.over", "lead": "entrance.over.lead"}
        return render(request, SENTENCE, gone, status=410)
    known = account_of(found)
    form = Begin(request.POST or None, account=Account(email=found.email))
    wrong: Refused | None = None
    if request.method == "POST":
        try:
            if known is not None and request.user == known:
                join(token, known)
                return redirect("pages:home")
            if known is None and form.is_valid():
                return _enter(request, begin(token, form.cleaned_data["password"]))
        except Refused as refused:
            wrong = refused
    said = [say(found.language, one.id, one.params) for one in wrong.complaints] if wrong else []
    content = _invited(request, found, known) | {"form": form, "sentences": said}
    return render(request, "pages/invitation.html", content)


def _invited(request: HttpRequest, found: Invitation, known: Account | None) -> dict[str, Any]:
    language = language_of(get_language())
    return {
        "email": found.email,
        "project": found.community and community_named(found.community, language),
        "known": known is not None,
        "mine": known is not None and request.user == known,
    }


def _enter(request: HttpRequest, account: Account) -> HttpResponse:
    """Sign somebody in who has just made their account, and so has shown who they are."""
    record_authentication(request, account, method="password", email=account.email)
    answer: HttpResponse = perform_login(request, account, email_verification="none")
    return answer


@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """Show the letters that no mail server took, on the machine itself and nowhere else."""
    if settings.EMAIL_BACKEND != OUTBOX or not on_this_machine(request):
        raise Http404
    answer = render(request, "pages/outbox.html", {"letters": Letter.objects.order_by("-pk")})
    answer["Cache-Control"] = "no-store"
    return answer


def language(request: HttpRequest) -> HttpResponse:
    """Change the language of the pages; whoever is signed in gets letters in it too."""
    answer = set_language(request)
    chosen = answer.cookies.get(settings.LANGUAGE_COOKIE_NAME)
    if chosen is not None and isinstance(request.user, Account):
        request.user.language = language_of(chosen.value)
        request.user.save(update_fields=["language"])
    return answer
