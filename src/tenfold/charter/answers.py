"""A first charter made of a few answers: what is not answered comes from the kind of community (DOMAIN §10)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any

from tenfold.charter import places
from tenfold.charter.document import Charter
from tenfold.charter.load import NEWEST, read_charter
from tenfold.charter.pointers import find, plain
from tenfold.charter.rewriting import rewritten
from tenfold.charter.templates import (
    KINDS,
    SIZES,
    Need,
    common_needs,
    defaults_of,
    render_template,
    stages_of,
)
from tenfold.terms.clauses import Named
from tenfold.terms.days import local_day
from tenfold.terms.errors import Complaint, Refused

POINTS = 20  # to be given to needs
SOURCES = 2  # independent sources that are wanted of a need which no template knows
PROJECT = "project"  # key of the project's own party
# What follows from an answer, and is asked anew when it becomes another one.
FOLLOWS = {
    "country": ("currency", "timezone", "profiles", "target", "rules"),
    "kind": ("currency", "timezone", "profiles", "stage", "target", "close_by", "needs", "rules"),
    "size": ("target", "rules"),
    "currency": ("target", "rules"),
    **dict.fromkeys(("timezone", "profiles", "stage", "target", "close_by", "needs"), ("rules",)),
}


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered so far; None where the kind of community decides.

    project, person   what the project and whoever makes the community are called
    country           two letters, or ACROSS: what is not chosen of money, clock and law follows from it
    target            of the first raise, in whole units of the currency
    needs             id of a need → its weight in points, at most POINTS together
    rules             pointer → value, where a sentence of the charter was changed
    """

    project: str = ""
    person: str = ""
    country: str | None = None
    kind: str = KINDS[0]
    size: str = SIZES[0]
    currency: str | None = None
    timezone: str | None = None
    profiles: tuple[str, ...] | None = None
    stage: str | None = None
    target: int | None = None
    close_by: date | None = None
    needs: Mapping[str, int] | None = None
    rules: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def kept(cls, content: Mapping[str, Any]) -> "Answers":
        """Return answers as `content` wrote them down."""
        known = {name: content[name] for name in (one.name for one in fields(cls)) if name in content}
        if known.get("close_by") is not None:
            known["close_by"] = date.fromisoformat(known["close_by"])
        if known.get("profiles") is not None:
            known["profiles"] = tuple(known["profiles"])
        return cls(**known)

    def content(self) -> dict[str, Any]:
        """Return the answers as JSON keeps them."""
        return asdict(self) | {"close_by": None if self.close_by is None else self.close_by.isoformat()}

    def answered(self, **given: Any) -> "Answers":
        """Return the answers with others among them; what followed from an earlier one is asked anew."""
        other = {name: value for name, value in given.items() if value != getattr(self, name)}
        asked_anew = {name for one in other for name in FOLLOWS.get(one, ())} - given.keys()
        unanswered = Answers()
        return replace(self, **other, **{name: getattr(unanswered, name) for name in asked_anew})


def begins_on(answers: Answers, now: datetime) -> date:
    """Return the local day of an instant where the community will be: from then on its charter is in force."""
    return local_day(now, timezone_of(answers))


def currency_of(answers: Answers) -> str:
    """Return the currency of a first charter: the chosen one, else the country's, else the kind's."""
    known = None if answers.country is None else places.currency_of(answers.country)
    return answers.currency or known or str(_defaults(answers)["currency"])


def timezone_of(answers: Answers) -> str:
    """Return the time zone of a first charter: the chosen one, else the country's, else the kind's."""
    known = None if answers.country is None else places.timezone_in(answers.country)
    return answers.timezone or known or str(_defaults(answers)["timezone"])


def profiles_of(answers: Answers) -> tuple[str, ...]:
    """Return the legal profiles of a first charter: the chosen ones, else the country's, else the kind's."""
    if answers.profiles is not None:
        return answers.profiles
    usual = tuple(_defaults(answers)["jurisdiction"])
    return usual if answers.country is None else places.profiles_in(answers.country, answers.kind, usual)


def _defaults(answers: Answers) -> Mapping[str, Any]:
    return defaults_of(answers.kind, answers.size)


def charter_of(answers: Answers, begins: date) -> bytes:
    """Return the text of a first charter in force from a local day.

    Raises
    ------
    Refused   the answers make no charter; each complaint names the line
    """
    given = sum((answers.needs or {}).values())
    if given > POINTS:
        raise Refused([Complaint("founding.points", params={"seen": given, "most": POINTS})])
    text = render_template(
        answers.kind,
        answers.size,
        effective_from=begins,
        title={"zh": f"{answers.project}章程", "en": f"Charter of {answers.project}"} if answers.project else None,
        project=PROJECT,
        currency=currency_of(answers),
        timezone=timezone_of(answers),
        jurisdiction=profiles_of(answers),
        target=target_of(answers) or None,
        stage=answers.stage,
        close_by=answers.close_by,
        needs=None if answers.needs is None else _needs(answers, begins),
    )
    return rewritten(text.encode(), NEWEST, answers.rules)


def proposed(answers: Answers, begins: date) -> Charter:
    """Return the charter before its goal, its needs and its rules are answered: what it says there is proposed."""
    return read_charter(charter_of(replace(answers, target=None, needs=None, rules={}), begins), NEWEST)


def needs_of(charter: Charter) -> tuple[Named, ...]:
    """Return what can be chosen as a need: what the kind of community mostly lacks, then what others often do."""
    own = charter.screening.needs
    known = {one.id for one in own}
    return (*own, *(one for one in common_needs() if one.id not in known))


def needed(charter: Charter) -> frozenset[str]:
    """Return the needs that cannot be left out: a segment of the charter asks who covers them."""
    return frozenset(str(need) for _, need in find(plain(charter), "/value/segments/*/match/capability"))


def target_of(answers: Answers) -> int:
    """Return what the first raise is to bring, in whole units of the currency; 0 where there is none."""
    usual = _defaults(answers)
    return answers.target or places.as_much_in(int(usual["target"]), str(usual["currency"]), currency_of(answers))


def stage_of(answers: Answers) -> str:
    """Return the stage in which the community begins."""
    return answers.stage or stages_of(answers.kind)[0]


def _needs(answers: Answers, begins: date) -> list[Need]:
    own = proposed(answers, begins)
    sources = {one.id: one.redundancy for one in own.screening.needs}
    weights = answers.needs or {}
    return [
        Need(one.id, one.label("zh"), one.label("en"), weights[one.id], sources.get(one.id, SOURCES))
        for one in needs_of(own)
        if weights.get(one.id)
    ]
