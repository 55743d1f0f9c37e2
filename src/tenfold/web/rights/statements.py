"""A member's statement of a pool: from what was contributed to what is paid, so that one can do the sum oneself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from tenfold.charter.document import Charter
from tenfold.report.days import day_said
from tenfold.report.phrases import Phrases
from tenfold.terms.days import days_later
from tenfold.terms.days import local_day as day_of
from tenfold.terms.money import from_minor
from tenfold.terms.reason import Reason
from tenfold.web.rights.frame import local_day
from tenfold.web.rights.looks import saw
from tenfold.web.rights.names import phrases
from tenfold.web.rights.policies import Data
from tenfold.web.rights.pools import CAPPED, MECHANISM, in_period, latest_verdicts, money_said, pool_row
from tenfold.web.rights.results import Result, Results
from tenfold.web.rights.rows import allowed
from tenfold.web.rights.viewers import NotHere, Viewer
from tenfold.web.store.charters import rulebook_of
from tenfold.web.store.communities import JournalEntry
from tenfold.web.store.current import Row, with_personal
from tenfold.web.store.freshness import freshness

SUM = frozenset({"points", "all_points", "pool_amount", "before_caps", "amount"})


@dataclass(frozen=True, slots=True)
class Contributed:
    """One contribution: its day, what it was and is worth, by which rule that becomes points, what others say of it."""

    day: str
    what: str
    worth: str
    rule: Markup
    state: Markup
    tone: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement.

    equation   the sum in figures, as the decision gives it
    version    of the charter that judges
    head       the journal entry up to which the numbers know, and its hash: what one keeps to check later
    """

    party: str
    name: str
    pool: str
    pool_name: str
    amount: Markup
    points: Markup
    equation: Markup
    capped: bool
    version: int
    why: str
    contributed: tuple[Contributed, ...]
    sequence: int
    head: str


def statement(viewer: Viewer, pool: str, party: str) -> Statement:
    """Return what somebody gets of a pool, and why.

    Raises
    ------
    NotHere   there is no such line, or not for this viewer
    """
    row = pool_row(viewer, pool)
    found = Results(viewer).decisions(mechanism=MECHANISM, kind="payout", subject=f"{party}@{pool}")
    if not found:
        raise NotHere(party)
    one = found[0]
    saw(viewer, Data.PAYOUTS, [party])
    done = list(_contributed(viewer, row, party))
    speech = phrases(viewer.community, viewer.language, [one, dict(row), {"parties": [party]}, *done])
    known = freshness(viewer.community).computed
    head = JournalEntry.rows.of(viewer.community).filter(sequence=known).values_list("hash", flat=True).first()
    return Statement(
        party=party,
        name=speech.named(party),
        pool=pool,
        pool_name=speech.named(pool),
        amount=money_said(speech, one["value"], row["currency"]),
        points=speech.amount(one["message"]["params"].get("points", "0")),
        equation=_equation(speech, one) + _appeal(speech, one),
        capped=one["message"]["id"] == CAPPED,
        version=one["charter"]["version"],
        why=one["id"],
        contributed=tuple(_told(viewer, speech, done)),
        sequence=known,
        head=head or "",
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


def _contributed(viewer: Viewer, pool: Row, party: str) -> Iterator[Row]:
    """Yield what somebody contributed in a pool's period, as far as the viewer may see it, in its order."""
    found = list(in_period(viewer, pool).filter(party=party).order_by("occurred_at", "fact").values())
    yield from allowed(viewer, "contributions", with_personal(viewer.community, "contributions", found))


def _appeal(speech: Phrases, payout: Result) -> Markup:
    """Return until when one may appeal against an approved payout, as a further sentence."""
    cure = payout.get("cure")
    if cure is None:
        return Markup("")
    return Markup(" · {}").format(speech.message(cure["message"]))


def _told(viewer: Viewer, speech: Phrases, rows: list[Row]) -> Iterator[Contributed]:
    verdicts = _verdicts(viewer, [row["fact"] for row in rows])
    rulebook = rulebook_of(viewer.community)
    today = local_day(viewer)
    for row in rows:
        judges, verdict = rulebook.judging(row["occurred_at"]), verdicts.get(row["fact"], "none")
        last = _disputed_until(speech, row, judges)
        if verdict == "accept" and last is not None and last >= today:
            verdict = "window"  # it earns nothing before that day is over
        until = "" if last is None else day_said(speech.language, last, today)
        yield Contributed(
            day=day_said(speech.language, _day(speech, row["occurred_at"]), today),
            what=_what(speech, row),
            worth=_worth(speech, row),
            rule=_rule(speech, row["type"], judges),
            state=speech.say(f"statement.verdict.{verdict}", until=until),
            tone={"accept": "good", "none": "warn", "window": "warn"}.get(verdict, "bad"),
        )


def _disputed_until(speech: Phrases, row: Row, judges: Charter) -> date | None:
    """Return the last day on which a contribution may be disputed, by the charter in force when it was made."""
    attestation = judges.distribution.attestation
    if attestation is None:
        return None
    known = _day(speech, max(row["occurred_at"], row["recorded_at"]))
    return days_later(known, attestation.dispute_window.days - 1)


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


def _verdicts(viewer: Viewer, contributions: list[str]) -> dict[str, str]:
    """Return contribution → what those who judged it say: against it where one is, else for it."""
    said: dict[str, str] = {}
    for (contribution, _), verdict in latest_verdicts(viewer, contributions).items():
        if verdict in ("dispute", "reject") or said.get(contribution) is None:
            said[contribution] = verdict
    return {one: verdict for one, verdict in said.items() if verdict != "withdraw"}
