"""Who may make a community, and what is asked of them: each question with what is proposed and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tenfold.charter.answers import (
    POINTS,
    Answers,
    begins_on,
    charter_of,
    needed,
    needs_of,
    proposed,
    stage_of,
    target_of,
)
from tenfold.charter.document import Charter, Rulebook
from tenfold.charter.lint import lint
from tenfold.charter.load import NEWEST, read_charter
from tenfold.charter.places import ACROSS, named_countries
from tenfold.charter.profiles import known_profiles, profile
from tenfold.charter.templates import KINDS, SIZES, stages_of
from tenfold.report.phrases import Phrases
from tenfold.report.words import complaint, say
from tenfold.web.rights.acts import MAY, Act
from tenfold.web.rights.charter import sections, wanted
from tenfold.web.rights.viewers import Viewer
from tenfold.web.store.accounts import Account, Seat
from tenfold.web.store.foundings import by_machine

CURRENCIES = ("CNY", "EUR", "USD", "GBP", "HKD", "JPY", "SGD")
TIMEZONES = (
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Singapore",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "UTC",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be chosen: its name, why somebody would, whether it is the one that is taken now."""

    value: str
    name: str
    why: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Needed:
    """One need that can be chosen: its weight now (0 where it is left out), and whether it cannot be left out."""

    id: str
    name: str
    weight: int
    bound: bool


def may_found(account: Account) -> bool:
    """Whether an account may make a community: the machine itself let it in, or it runs one here."""
    if by_machine(account):
        return True
    seats = Seat.objects.filter(account=account).select_related("community")
    return any(runs(Viewer(account, seat.community, seat.party, account.language)) for seat in seats)


def runs(viewer: Viewer) -> bool:
    """Whether a viewer runs the community: whoever may take people in by a sheet does."""
    return not viewer.roles.isdisjoint(MAY[Act.IMPORT])


def question(step: str, language: str, answers: Answers) -> Mapping[str, Any]:
    """Return what the page of a step shows. Raises Refused where the answers so far make no charter."""
    return QUESTIONS[step](language, answers)


def _project(language: str, answers: Answers) -> Mapping[str, Any]:
    return {"project": answers.project, "person": answers.person}


def _kind(language: str, answers: Answers) -> Mapping[str, Any]:
    return {
        "country": answers.country or ACROSS,
        "countries": named_countries(language),
        "across": ACROSS,
        "kinds": [_choice(language, "kind", one, one == answers.kind) for one in KINDS],
        "sizes": [_choice(language, "size", one, one == answers.size) for one in SIZES],
    }


def _choice(language: str, of: str, value: str, chosen: bool) -> Choice:
    id = f"founding.{of}.{value}"
    return Choice(value, say(language, id), say(language, f"{id}.why"), chosen)


def _law(language: str, answers: Answers) -> Mapping[str, Any]:
    head = _proposed(answers).charter
    profiles = [
        Choice(id, profile(id).title.label(language), profile(id).means.label(language), id in head.jurisdiction)
        for id in known_profiles()
    ]
    return {
        "currency": head.currency,
        "timezone": head.timezone,
        "profiles": [one for one in profiles if one.chosen],
        "other_profiles": [one for one in profiles if not one.chosen],
        "currencies": CURRENCIES,
        "timezones": TIMEZONES,
    }


def _goal(language: str, answers: Answers) -> Mapping[str, Any]:
    charter = _proposed(answers)
    speech = Phrases(charter, language, {}, {})
    stage = stage_of(answers)
    raised = charter.goals.stages[stage].raise_
    purpose = charter.goals.stages[stage].purpose
    stages = [Choice(one, speech.word("stage", one), "", one == stage) for one in stages_of(answers.kind)]
    return {
        "stages": stages,
        "purpose": purpose.label(language) if purpose else "",
        "target": target_of(answers) if raised else 0,
        "currency": charter.charter.currency,
        "close_by": raised.close_by if raised else None,
    }


def _needs(language: str, answers: Answers) -> Mapping[str, Any]:
    charter = _proposed(answers)
    weights = answers.needs or {one.id: one.weight for one in charter.screening.needs}
    bound = needed(charter)
    needs = [Needed(one.id, one.label(language), weights.get(one.id, 0), one.id in bound) for one in needs_of(charter)]
    return {"needs": needs, "points": POINTS, "given": sum(weights.values())}


def _rules(language: str, answers: Answers) -> Mapping[str, Any]:
    charter = read_charter(charter_of(answers, _today(answers)), NEWEST)
    said = sections(Phrases(charter, language, {}, {}), charter)
    warnings = [complaint(language, one) for one in lint(Rulebook([charter]), _today(answers))]
    return {"sections": [(one, say(language, f"founding.why.{one.id}")) for one in said], "warnings": warnings}


def _proposed(answers: Answers) -> Charter:
    return proposed(answers, _today(answers))


def _today(answers: Answers) -> Any:
    return begins_on(answers, datetime.now(UTC))


QUESTIONS = {"project": _project, "kind": _kind, "law": _law, "goal": _goal, "needs": _needs, "rules": _rules}
STEPS = tuple(QUESTIONS)


def changed_rules(answers: Answers, sent: Mapping[str, str]) -> dict[str, str]:
    """Return pointer → value, where a sentence of the charter was given another one. Raises Refused."""
    return wanted(read_charter(charter_of(answers, _today(answers)), NEWEST), sent)
