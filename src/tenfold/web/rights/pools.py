"""Pools as one viewer may be given them: everybody's lines for whoever sees payouts, their own for everybody else."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from markupsafe import Markup, escape

from tenfold.report.days import day_said
from tenfold.report.figures import Figure, figure
from tenfold.report.phrases import Phrases
from tenfold.report.speech import HIDDEN, NUMBER, PARTS
from tenfold.terms.days import first_instant, last_instant
from tenfold.terms.money import from_minor
from tenfold.web.rights.looks import saw
from tenfold.web.rights.policies import Data, Sight
from tenfold.web.rights.results import Result, Results
from tenfold.web.rights.rows import current_rows
from tenfold.web.rights.settling import OWED, UNPAID
from tenfold.web.rights.signing import is_signed
from tenfold.web.rights.viewers import NotHere, Viewer
from tenfold.web.store.current import Row, counting, current
from tenfold.web.store.freshness import Freshness
from tenfold.web.store.results import MeasureResult

MECHANISM = "distribution"
SHOWN = ("payout", "pool", "fairness")  # kinds of decisions that have a place of their own on the page
UNEARNED = "unearned"
CAPPED = "distribution.payout_capped"
TO_SIGN = ("declared", "previewed", "approved")  # pools that may still be signed, handed over or taken back
TO_PAY = "exported"
FAIRNESS = ("dis.gini", "dis.jain")
TONES = {"receipted": "good", "approved": "accent", "exported": "accent", "previewed": "warn"}


@dataclass(frozen=True, slots=True)
class Listed:
    """One pool of the list; `amount` is the pool's, or for a member what it gets of it."""

    pool: str
    name: str
    layer: str
    state: str
    tone: str
    amount: Markup
    people: int


@dataclass(frozen=True, slots=True)
class Line:
    """What one party gets of a pool.

    why      the decision that says so, by its id
    bar      its part of the largest amount, 0 to 1, and the name of its colour
    settled  what became of the payout, once it is one, and of its paper
    """

    party: str
    name: str
    why: str
    points: Figure | None
    uncapped: Markup | None
    capped: bool
    amount: Markup
    bar: tuple[tuple[float, str], ...]
    settled: str


@dataclass(frozen=True, slots=True)
class Told:
    """What else is to be known of a pool, each with the decision that says so."""

    id: str
    sentence: Markup


@dataclass(frozen=True, slots=True)
class Idle:
    """Somebody of whose contributions some earn nothing in a pool: how many."""

    party: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Check:
    """Something to look at before one signs; `tone` is `good` or `warn`."""

    tone: str
    text: Markup


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool's page.

    whole    whether the viewer sees everybody's lines
    why      the decision about the pool, by its id; none where no cycle knows it yet
    seen     the digest of what is proposed: whoever signs sends it back
    follows  whether newer records are not in these amounts yet, so that nobody signs them
    carried  what is left for the next pool, and whether the lines and it add up to the pool
    """

    pool: str
    name: str
    layer: str
    period: Markup
    state: str
    state_word: str
    tone: str
    whole: bool
    amount: Markup
    carried: Markup | None
    exact: bool
    capped: int
    why: str | None
    seen: str | None
    follows: bool
    lines: tuple[Line, ...]
    fairness: tuple[Figure, ...]
    told: tuple[Told, ...]
    idle: tuple[Idle, ...]
    checks: tuple[Check, ...]

    @property
    def paying(self) -> bool:
        """Whether some line is a payout already."""
        return any(line.settled for line in self.lines)


def pools(viewer: Viewer) -> list[Listed]:
    """Return the pools that the viewer sees anything of, the newest first."""
    rows = current(viewer.community, "pools")
    payouts, concern = _payouts(viewer), _concerning(viewer)
    whole = sees_all(viewer)
    speech = viewer.phrases([dict(row) for row in rows])
    shown = [row for row in rows if whole or row["pool"] in concern]
    newest = sorted(shown, key=lambda row: (row["period_end"], row["pool"]), reverse=True)
    return [_listed(viewer, speech, row, payouts.get(row["pool"], []), whole) for row in newest]


def pool(viewer: Viewer, key: str) -> Pool:
    """Return a pool's page.

    Raises
    ------
    NotHere   there is no such pool, or nothing of it for this viewer
    """
    row = pool_row(viewer, key)
    payouts = _payouts(viewer).get(key, [])
    saw(viewer, Data.PAYOUTS, [one["proposes"]["party"] for one in payouts])
    others = [one for one in Results(viewer).decisions(mechanism=MECHANISM) if _is_about(one, key)]
    papers = {one["party"]: one for one in current_rows(viewer, "payouts", pool=[key])}
    speech = viewer.phrases([dict(row), *payouts, *others])
    about = next((one for one in others if one["kind"] == "pool"), None)
    numbers = viewer.numbers
    return Pool(
        pool=key,
        name=speech.named(key),
        layer=speech.word("layer", row["layer"]),
        period=_period(viewer, speech, row),
        state=row["state"],
        state_word=_state_said(viewer, speech, row),
        tone=TONES.get(row["state"], ""),
        whole=sees_all(viewer),
        amount=money_said(speech, _major(speech, row), row["currency"]),
        carried=_said(speech, about, "remainder"),
        exact=_exact(about),
        capped=sum(one["message"]["id"] == CAPPED for one in payouts),
        why=None if about is None else about["id"],
        seen=None if about is None else about.get("proposal_sha256"),
        follows=numbers.stale,
        lines=tuple(_lines(viewer, speech, payouts, papers)),
        fairness=tuple(_fairness(viewer, speech, key)),
        told=tuple(
            Told(one["id"], _sentence(speech, one))
            for one in others
            if one["kind"] not in SHOWN and not of_contribution(one)
        ),
        idle=tuple(_idle(speech, others)),
        checks=tuple(_checks(viewer, speech, row, about, papers, numbers)),
    )


def pool_row(viewer: Viewer, key: str) -> Row:
    """Return a pool as it is on record.

    Raises
    ------
    NotHere   there is no such pool, or nothing of it for this viewer
    """
    rows = current(viewer.community, "pools", pool=[key])
    if not rows or not (sees_all(viewer) or key in _concerning(viewer)):
        raise NotHere(key)
    return rows[0]


def judging(viewer: Viewer, key: str | None) -> int | None:
    """Return the charter version in force when a pool was declared, which judges it; None without such a pool."""
    said = counting(viewer.community, "pools").filter(pool=key).order_by("occurred_at")
    declared = said.values_list("occurred_at", flat=True).first()
    return None if declared is None else viewer.rulebook.judging(declared).version


def of_contribution(decision: Result) -> bool:
    """Whether a decision says that one contribution earns nothing."""
    return decision["kind"] == UNEARNED and "contribution_type" in decision["message"]["params"]


def sees_all(viewer: Viewer) -> bool:
    """Whether a viewer sees what everybody is paid."""
    return Sight.ALL in viewer.sees(Data.PAYOUTS)


def layers(viewer: Viewer) -> list[tuple[str, str]]:
    """Return the layers that a pool may be of, by id and in words."""
    speech = viewer.phrases()
    return [(one.id, speech.word("layer", one.id)) for one in viewer.rules.distribution.layers if one.pool]


def payments(viewer: Viewer, key: str) -> list[list[str]]:
    """Return the lines of a payment file, its heads first: whom, how much, in which currency, what it is for.

    Nobody is in it whose money arrived, or came back: a file that is taken again pays nobody twice. Nor is anybody who
    still owes an invoice.

    Raises
    ------
    NotHere   the pool is not there, or nothing of it waits to be paid
    """
    row = pool_row(viewer, key)
    waiting = [one for one in current_rows(viewer, "payouts", pool=[key]) if one["state"] == TO_PAY]
    found = [one for one in waiting if one["paper"] != OWED]
    if not found:
        raise NotHere(key)
    speech = viewer.phrases([dict(row), *map(dict, found)])
    heads = ("pool.pay.to", "pool.pay.amount", "pool.pay.currency", "pool.pay.for")
    lines = [
        [
            speech.named(one["party"]),
            from_minor(one["amount_minor"], speech.rules.currencies.digits(one["currency"]) or 0),
            one["currency"],
            speech.named(key),
        ]
        for one in found
    ]
    return [[speech.words[id] for id in heads], *sorted(lines)]


def _payouts(viewer: Viewer) -> dict[str, list[Result]]:
    """Return pool → what is proposed to be paid of it, as far as the viewer may see, the largest first."""
    found: dict[str, list[Result]] = {}
    for one in Results(viewer).decisions(mechanism=MECHANISM, kind="payout"):
        found.setdefault(PARTS.split(one["subject"])[-1], []).append(one)
    return {key: sorted(some, key=lambda one: (-_size(one), one["subject"])) for key, some in found.items()}


def _concerning(viewer: Viewer) -> frozenset[str]:
    """Return the pools of which something is said that concerns the viewer: what is paid, or why nothing is."""
    found = Results(viewer).decisions(mechanism=MECHANISM, kind__in=("payout", UNEARNED))
    return frozenset(PARTS.split(one["subject"])[-1] for one in found)


def _idle(speech: Phrases, decisions: Sequence[Result]) -> Iterator[Idle]:
    """Yield of whose contributions how many earn nothing."""
    whose = Counter(PARTS.split(one["subject"])[0] for one in decisions if of_contribution(one))
    for party, count in sorted(whose.items()):
        yield Idle(party, speech.named(party), count)


def _size(payout: Result) -> Decimal:
    return Decimal(payout["value"] or 0)


def _is_about(decision: Result, key: str) -> bool:
    """Whether a decision concerns a pool: by its subject, or by what it says."""
    return key in PARTS.split(decision["subject"]) or decision["message"]["params"].get("pool") == key


def _state_said(viewer: Viewer, speech: Phrases, row: Row) -> str:
    """Return how a pool stands, in words: what everybody has signed is no longer in approval."""
    if row["state"] == "approved" and is_signed(viewer.community, row["pool"]):
        return speech.words["pool.all_signed"]
    return speech.word("pool_state", row["state"])


def _listed(viewer: Viewer, speech: Phrases, row: Row, payouts: Sequence[Result], whole: bool) -> Listed:
    amount = _major(speech, row) if whole else str(sum(map(_size, payouts), Decimal()))
    return Listed(
        pool=row["pool"],
        name=speech.named(row["pool"]),
        layer=speech.word("layer", row["layer"]),
        state=_state_said(viewer, speech, row),
        tone=TONES.get(row["state"], ""),
        amount=money_said(speech, amount, row["currency"]),
        people=len(payouts),
    )


def _lines(
    viewer: Viewer, speech: Phrases, payouts: Sequence[Result], papers: Mapping[str, Mapping[str, Any]]
) -> Iterator[Line]:
    results = Results(viewer)
    subjects = [one["subject"] for one in payouts]
    points = {row["subject"]: row for row in results.measures(measure="dis.points", subject__in=subjects)}
    largest = max(map(_size, payouts), default=Decimal())
    for one in payouts:
        party = PARTS.split(one["subject"])[0]
        capped = one["message"]["id"] == CAPPED
        part = float(_size(one) / largest) if largest else 0.0
        found = points.get(one["subject"])
        yield Line(
            party=party,
            name=speech.named(party),
            why=one["id"],
            points=None if found is None else figure(speech, found, speech.words["report.name.dis.points"]),
            uncapped=_said(speech, one, "before_caps"),
            capped=capped,
            amount=money_said(speech, one["value"], one["unit"]),
            bar=((part, "w" if capped else "a"),),
            settled=settled_said(speech, papers[party]) if party in papers else "",
        )


def settled_said(speech: Phrases, payout: Mapping[str, Any]) -> str:
    """Return what became of a payout, and of its paper where one is needed."""
    said = [speech.word("payout_state", payout["state"])]
    if payout["paper"]:
        said.append(speech.word("paper", payout["paper"]))
    return " · ".join(said)


def _fairness(viewer: Viewer, speech: Phrases, key: str) -> Iterator[Figure]:
    """Yield how the shares lie: their shape is for everybody who is in the pool, and names nobody."""
    rows = MeasureResult.rows.of(viewer.community).filter(until=None, measure__in=FAIRNESS, subject=key)
    contents = dict(rows.values_list("measure", "content"))
    for id in FAIRNESS:
        if id in contents:
            shown = figure(speech, json.loads(contents[id]), speech.words[f"report.name.{id}"])
            yield shown if sees_all(viewer) else Figure(shown.name, shown.value, shown.known)


def _checks(
    viewer: Viewer,
    speech: Phrases,
    row: Row,
    about: Result | None,
    papers: Mapping[str, Mapping[str, Any]],
    numbers: Freshness,
) -> Iterator[Check]:
    """Yield what whoever signs looks at first."""
    if not sees_all(viewer):
        return
    declared = counting(viewer.community, "pools").filter(pool=row["pool"], state="declared")
    budget = any(evidence for evidence in declared.values_list("evidence", flat=True))
    yield Check(*_either(speech, budget, "budget"))
    yield Check(*_either(speech, _exact(about), "exact"))
    disputes = _disputes(viewer, row)
    yield Check("warn" if disputes else "good", speech.say(_counted("pool.check.disputes", disputes), count=disputes))
    if numbers.stale:
        yield Check("warn", speech.say("pool.check.stale"))
    missing = [speech.named(party) for party, one in papers.items() if one["paper"] == OWED and one["state"] in UNPAID]
    if missing:
        yield Check("warn", speech.say("pool.check.paper", names=speech.listed(missing)))


def _either(speech: Phrases, well: bool, what: str) -> tuple[str, Markup]:
    return ("good", speech.say(f"pool.check.{what}")) if well else ("warn", speech.say(f"pool.check.{what}.not"))


def _counted(id: str, count: int) -> str:
    return f"{id}.none" if count == 0 else id


def _disputes(viewer: Viewer, row: Row) -> int:
    """Return how many contributions of the pool's period somebody disputes and has not taken back."""
    disputes = counting(viewer.community, "attestations").filter(verdict="dispute")
    disputed = list(disputes.values_list("contribution", flat=True))
    latest = _latest_verdicts(viewer, disputed)
    open_ones = {contribution for (contribution, _), verdict in latest.items() if verdict == "dispute"}
    return in_period(viewer, row).filter(fact__in=open_ones).count()


def _period(viewer: Viewer, speech: Phrases, row: Mapping[str, Any]) -> Markup:
    """Return a pool's days in words."""
    start, end = (day_said(viewer.language, row[f"period_{end}"], viewer.today) for end in ("start", "end"))
    return speech.say("pool.from_to", start=start, end=end)


def in_period(viewer: Viewer, pool: Row) -> "QuerySet[Any]":
    """Return the contributions that were made on the local days of a pool's period."""
    zone = viewer.rules.charter.timezone
    since, until = first_instant(pool["period_start"], zone), last_instant(pool["period_end"], zone)
    return counting(viewer.community, "contributions").filter(occurred_at__gte=since, occurred_at__lte=until)


def _latest_verdicts(viewer: Viewer, contributions: Collection[str]) -> dict[tuple[str, str], str]:
    """Return (contribution, who judged it) → what that person said last."""
    rows = counting(viewer.community, "attestations").filter(contribution__in=contributions)
    ordered = rows.order_by("occurred_at", "recorded_at", "fact").values_list("contribution", "by", "verdict")
    return {(contribution, by): verdict for contribution, by, verdict in ordered}


def _exact(about: Result | None) -> bool:
    """Whether what is paid and what is carried add up to the pool and what was brought forward, to the last unit."""
    if about is None:
        return False
    params = about["message"]["params"]
    try:
        paid, left, amount, brought = (Decimal(params[name]) for name in ("paid", "remainder", "amount", "brought"))
    except (KeyError, ArithmeticError):
        return False
    return paid + left == amount + brought


def _said(speech: Phrases, decision: Result | None, name: str) -> Markup | None:
    """Return an amount that a decision names; nothing where it names none."""
    if decision is None or name not in decision["message"]["params"]:
        return None
    params = decision["message"]["params"]
    return money_said(speech, params[name], params["currency"])


def money_said(speech: Phrases, text: str | None, currency: str) -> Markup:
    """Return an amount to its last digit; a mark where the viewer may not see it."""
    if text is None or not NUMBER.fullmatch(text):
        return escape(HIDDEN)
    return Markup("{}").format(speech.money(text, currency))


def _major(speech: Phrases, row: Row) -> str:
    return from_minor(row["amount_minor"], speech.rules.currencies.digits(row["currency"]) or 0)


def _sentence(speech: Phrases, decision: Result) -> Markup:
    return speech.message(decision["message"])
