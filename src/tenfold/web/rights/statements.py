"""A member's statement of a pool: from what was contributed to what is paid, so that one can do the sum oneself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from tenfold.charter.document import Charter
from tenfold.report.days import day_said
from tenfold.report.phrases import Phrases
from tenfold.terms.days import local_day as day_of
from tenfold.terms.money import from_minor
from tenfold.terms.reason import Reason
from tenfold.web.rights.appealing import appeal_said
from tenfold.web.rights.frame import local_day
from tenfold.web.rights.looks import saw
from tenfold.web.rights.policies import Data
from tenfold.web.rights.pools import (
    CAPPED,
    MECHANISM,
    UNEARNED,
    in_period,
    judging,
    money_said,
    of_contribution,
    pool_row,
    settled_said,
)
from tenfold.web.rights.results import Result, Results
from tenfold.web.rights.rows import allowed, current_rows
from tenfold.web.rights.viewers import NotHere, Viewer
from tenfold.web.store.communities import JournalEntry
from tenfold.web.store.current import Row, with_personal
from tenfold.web.store.freshness import Freshness

TYPES = "/distribution/contribution_types"
SUM = frozenset({"points", "all_points", "pool_amount", "before_caps", "amount"})


@dataclass(frozen=True, slots=True)
class Contributed:
    """One contribution: its day, what it was and is worth, by which rule that becomes points, whether it counts.

    place     the rule's in the charter, in words
    why       the decision that says why it earns nothing; none where it counts
    """

    day: str
    what: str
    worth: str
    rule: Markup
    place: str
    state: Markup
    tone: str
    why: str | None


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement.

    equation   the sum in figures, as the decision gives it, or why nothing is paid; nothing where no decision says it
    settled    what became of the payment, and since when; nothing before it is one
    appeal     until when one may appeal, once it is approved
    version    of the charter that judges
    why        the decision about the whole, where one is
    head       the journal entry up to which the numbers know, and its hash: what one keeps to check later
    """

    party: str
    name: str
    pool: str
    pool_name: str
    amount: Markup
    points: Markup
    equation: Markup
    settled: Markup
    appeal: Markup | None
    capped: bool
    version: int | None
    why: str | None
    contributed: tuple[Contributed, ...]
    numbers: Freshness
    head: str


def statement(viewer: Viewer, pool: str, party: str) -> Statement:
    """Return what somebody gets of a pool, and why.

    Raises
    ------
    NotHere   nothing is said of that party in the pool, or not to this viewer
    """
    row, subject = pool_row(viewer, pool), f"{party}@{pool}"
    found = Results(viewer).decisions(mechanism=MECHANISM, kind__in=("payout", UNEARNED), subject=subject)
    if not found:
        raise NotHere(party)
    one = next((decision for decision in found if not of_contribution(decision)), None)
    payout = next((decision for decision in found if decision["kind"] == "payout"), None)
    saw(viewer, Data.PAYOUTS, [party])
    done = list(_contributed(viewer, row, party))
    speech = viewer.phrases([*found, row, *done], parties=[party])
    numbers = viewer.numbers
    heads = JournalEntry.rows.of(viewer.community).filter(sequence=numbers.computed)
    points = next(iter(Results(viewer).measures(measure="dis.points", subject=subject)), None)
    return Statement(
        party=party,
        name=speech.named(party),
        pool=pool,
        pool_name=speech.named(pool),
        amount=money_said(speech, "0" if payout is None else payout["value"], row["currency"]),
        points=speech.amount((points and points["value"]) or "0"),
        equation=Markup("") if one is None else _equation(speech, one),
        settled=_settled(viewer, speech, pool, party),
        appeal=None if one is None else appeal_said(viewer, speech, one),
        capped=one is not None and one["message"]["id"] == CAPPED,
        version=judging(viewer, pool) if one is None else one["charter"]["version"],
        why=None if one is None else one["id"],
        contributed=tuple(_told(viewer, speech, done, found)),
        numbers=numbers,
        head=heads.values_list("hash", flat=True).first() or "",
    )


def _equation(speech: Phrases, payout: Result) -> Markup:
    """Return the sum in figures: the part of the points, of the pool, and what a cap leaves of it."""
    params: Mapping[str, str] = payout["message"]["params"]
    if not params.keys() >= SUM:  # by what a tier left, or as it is on record
        return speech.sentence(Reason(payout["message"]["id"], params))
    said = {
        "points": speech.amount(params["points"]),
        "all_points": speech.amount(params["all_points"]),
        "pool": money_said(speech, params["pool_amount"], params["currency"]),
        "before": money_said(speech, params["before_caps"], params["currency"]),
        "amount": money_said(speech, params["amount"], params["currency"]),
    }
    return speech.say("statement.sum.capped" if payout["message"]["id"] == CAPPED else "statement.sum", **said)


def _settled(viewer: Viewer, speech: Phrases, pool: str, party: str) -> Markup:
    """Return what became of a payment and since when, in words; nothing where none was approved."""
    found = current_rows(viewer, "payouts", pool=[pool], party=[party])
    if not found:
        return Markup("")
    (payout,) = found
    day = day_said(speech.language, _day(speech, payout["occurred_at"]), local_day(viewer))
    return speech.say("statement.settled", state=settled_said(speech, payout), day=day)


def _contributed(viewer: Viewer, pool: Row, party: str) -> Iterator[Row]:
    """Yield what somebody contributed in a pool's period, as far as the viewer may see it, in its order."""
    found = list(in_period(viewer, pool).filter(party=party).order_by("occurred_at", "fact").values())
    yield from allowed(viewer, "contributions", with_personal(viewer.community, "contributions", found))


def _told(viewer: Viewer, speech: Phrases, rows: list[Row], decisions: list[Result]) -> Iterator[Contributed]:
    """Yield contributions, each with whether it counts: what does not earns nothing, by a decision that says why."""
    rulebook, today = viewer.rulebook, local_day(viewer)
    idle = {one["id"].rpartition(":")[2]: one for one in decisions if of_contribution(one)}
    known = _known(viewer, [row["fact"] for row in rows])
    for row in rows:
        judges, nothing = rulebook.judging(row["occurred_at"]), idle.get(row["fact"])
        state, tone = _state(speech, nothing, today, known=row["fact"] in known)
        yield Contributed(
            day=day_said(speech.language, _day(speech, row["occurred_at"]), today),
            what=_what(speech, row),
            worth=_worth(speech, row),
            rule=_rule(speech, row["type"], judges),
            place=speech.place(
                f"{TYPES}/{row['type']}" if row["type"] in judges.distribution.contribution_types else TYPES
            ),
            state=state,
            tone=tone,
            why=None if nothing is None else nothing["id"],
        )


def _known(viewer: Viewer, facts: list[str]) -> frozenset[str | None]:
    """Return which facts the numbers know already."""
    entries = JournalEntry.rows.of(viewer.community).filter(fact__in=facts)
    known = entries.filter(sequence__lte=viewer.numbers.computed)
    return frozenset(known.values_list("fact", flat=True))


def _state(speech: Phrases, nothing: Result | None, today: date, *, known: bool) -> tuple[Markup, str]:
    """Return whether a contribution counts, in words, with its tone."""
    if not known:
        return speech.say("statement.unknown"), "warn"
    if nothing is None:
        return speech.say("statement.counts"), "good"
    reason = nothing["message"]["id"].partition("_")[2]
    tone = "warn" if nothing["cure"] is not None else "bad"
    params = dict(nothing["message"]["params"])
    if "until" in params:
        params["until"] = day_said(speech.language, date.fromisoformat(params["until"]), today)
    return speech.say(f"statement.unearned.{reason}", **params), tone


def _day(speech: Phrases, at: datetime) -> date:
    return day_of(at, speech.zone)


def _what(speech: Phrases, row: Row) -> str:
    """Return what was contributed: its type, and what it was in somebody's words."""
    words = [speech.word("contribution_type", row["type"])]
    if row.get("what"):
        words.append(speech.named(row["what"]))
    return " · ".join(words)


def _worth(speech: Phrases, row: Row) -> str:
    """Return how much it was: in money where it is valued, else how many."""
    if row.get("fair_value_minor") is not None and row.get("currency"):
        digits = speech.rules.currencies.digits(row["currency"]) or 0
        return str(speech.money(from_minor(row["fair_value_minor"], digits), row["currency"]))
    return str(speech.amount(f"{row['quantity']}"))


def _rule(speech: Phrases, type_: str, judges: Charter) -> Markup:
    """Return by which rule it becomes points: that of the charter in force when it was made."""
    rule = judges.distribution.contribution_types.get(type_)
    if rule is None:
        told = speech.say("statement.rule.none")
    elif rule.flat_points is not None:
        told = speech.say("statement.rule.flat", points=str(rule.flat_points))
    else:
        told = speech.say("statement.rule.rate", rate=f"{rule.rate}")
    return speech.say("statement.rule.by", rule=told, version=str(judges.version))
