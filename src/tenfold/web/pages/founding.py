"""The wizard: a few answers make a community. They are kept as one goes, and nothing is there before the last one."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import available_timezones

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.forms import CharField, EmailField, Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tenfold.charter.answers import Answers
from tenfold.charter.places import ACROSS, countries, country_of_language
from tenfold.charter.profiles import known_profiles
from tenfold.charter.templates import KINDS, SIZES, stages_of
from tenfold.report.words import complaint, language_of
from tenfold.terms.errors import Complaint, Refused
from tenfold.web.pages.demo import on_this_machine
from tenfold.web.pages.parsing import local_day, round_sum, whole
from tenfold.web.rights.founding import STEPS, changed_rules, may_found, question
from tenfold.web.services.founding import first_account, found
from tenfold.web.store.accounts import Account
from tenfold.web.store.foundings import answers_of, awaits_first, keep_answers

LONGEST = 120


class First(Form):
    """What the first account is made of."""

    email = EmailField(max_length=254)
    password = CharField(strip=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        """Check that the password is worth its name."""
        given = self.cleaned_data
        if "password" in given:
            try:
                validate_password(given["password"], Account(email=given.get("email", "")))
            except ValidationError as wrong:
                self.add_error("password", wrong)
        return given


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def first(request: HttpRequest) -> HttpResponse:
    """Make the first account of an installation, at the machine itself; afterwards there is no such page."""
    if settings.DEMO or not on_this_machine(request) or not awaits_first():
        raise Http404
    form = First(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        account = first_account(given["email"], given["password"], language_of(get_language()))
        perform_login(request, account, email_verification="none")
        return redirect("pages:found")
    return render(request, "pages/first.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET"])
def begin(request: HttpRequest) -> HttpResponse:
    """Go to the first question, or to the one where somebody left."""
    kept = answers_of(_founder(request))
    return redirect("pages:found_step", next((one for one in STEPS if one not in kept.get("steps", [])), STEPS[-1]))


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, step: str) -> HttpResponse:
    """Ask one question; what is sent is kept, and the next one follows; the last one makes the community."""
    account = _founder(request)
    if step not in STEPS:
        raise Http404
    kept = answers_of(account)
    answers, wrong = _with_country(request, Answers.kept(kept)), []
    if request.method == "POST":
        try:
            answers = answers.answered(**READ[step](request.POST, answers))
            question(STEPS[-1], language_of(get_language()), answers)  # whatever was answered still makes a charter
            keep_answers(account, answers.content() | {"steps": [*{*kept.get("steps", []), step}]})
            return _followed(request, account, step, answers)
        except Refused as refused:
            wrong = [complaint(language_of(get_language()), one) for one in refused.complaints]
    return render(request, "pages/found.html", _content(step, answers, kept, wrong), status=422 if wrong else 200)


def _with_country(request: HttpRequest, answers: Answers) -> Answers:
    """Return the answers with the country that the browser's languages point to, while nobody chose one."""
    if answers.country is not None:
        return answers
    wanted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))  # the best liked first
    tags = [tag for tag, weight in wanted if weight > 0]
    proposed = (country_of_language(tag) for tag in (*tags, language_of(get_language())))
    return replace(answers, country=next((one for one in proposed if one), ACROSS))


def _followed(request: HttpRequest, account: Account, step: str, answers: Answers) -> HttpResponse:
    """Return what follows an answer: the next question, or the community."""
    if step != STEPS[-1]:
        return redirect("pages:found_step", STEPS[STEPS.index(step) + 1])
    if request.POST.get("do") != "found":
        return redirect("pages:found_step", step)
    return redirect("pages:beginning", found(account, answers).name)


def _content(step: str, answers: Answers, kept: Mapping[str, object], wrong: list[str]) -> Mapping[str, object]:
    """Return the page of a question: with what was just sent, where a charter can be made of that."""
    place, language = STEPS.index(step), language_of(get_language())
    try:
        shown = question(step, language, answers)
    except Refused:
        shown = question(step, language, Answers.kept(kept))
    return {
        **shown,
        "step": step,
        "number": place + 1,
        "steps": len(STEPS),
        "before": STEPS[place - 1] if place else None,
        "last": step == STEPS[-1],
        "part": f"pages/_found_{step}.html",
        "wrong": wrong,
    }


def _founder(request: HttpRequest) -> Account:
    """Return who makes a community. Raises Http404 where they may not; nobody makes one in the demo."""
    if settings.DEMO or not isinstance(request.user, Account) or not may_found(request.user):
        raise Http404
    return request.user


def _project(sent: QueryDict, answers: Answers) -> Mapping[str, object]:
    named = {name: " ".join(sent.get(name, "").split())[:LONGEST] for name in ("project", "person")}
    if not all(named.values()):
        raise Refused([Complaint("founding.unnamed")])
    return named


def _kind(sent: QueryDict, answers: Answers) -> Mapping[str, object]:
    return {
        "country": _one_of(sent.get("country", ""), (ACROSS, *countries())),
        "kind": _one_of(sent.get("kind", ""), KINDS),
        "size": _one_of(sent.get("size", ""), SIZES),
    }


def _law(sent: QueryDict, answers: Answers) -> Mapping[str, object]:
    currency, timezone = sent.get("currency", "").strip().upper(), sent.get("timezone", "").strip()
    if timezone not in available_timezones():
        raise Refused([Complaint("founding.timezone", params={"seen": timezone})])
    profiles = tuple(one for one in known_profiles() if one in sent.getlist("profile"))
    return {"currency": currency, "timezone": timezone, "profiles": profiles}


def _goal(sent: QueryDict, answers: Answers) -> Mapping[str, object]:
    given: dict[str, object] = {"stage": _one_of(sent.get("stage", ""), stages_of(answers.kind))}
    if "target" in sent:
        text = sent.get("target", "").strip()
        given["target"] = round_sum(text, _currency(answers)) if text else None
        given["close_by"] = local_day(sent.get("close_by", ""))
    return given


def _currency(answers: Answers) -> str:
    return str(question("goal", language_of(get_language()), answers)["currency"])


def _needs(sent: QueryDict, answers: Answers) -> Mapping[str, object]:
    weights = {name.removeprefix("need."): value for name, value in sent.items() if name.startswith("need.")}
    needs = {id: points for id, value in weights.items() if (points := whole(str(value) or None))}
    return {"needs": needs or None}


def _rules(sent: QueryDict, answers: Answers) -> Mapping[str, object]:
    return {"rules": {**answers.rules, **changed_rules(answers, sent)}}


def _one_of(value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise Refused([Complaint("founding.choice", params={"seen": value})])
    return value


READ: Mapping[str, Callable[[QueryDict, Answers], Mapping[str, object]]] = {
    "project": _project,
    "kind": _kind,
    "law": _law,
    "goal": _goal,
    "needs": _needs,
    "rules": _rules,
}
