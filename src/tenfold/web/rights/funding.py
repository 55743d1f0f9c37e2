"""Funding: what the round may bring, where each deal stands by its evidence, and on whom the money hangs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from tenfold.mechanisms.goals.measures.flows import current_raise
from tenfold.report.days import day_said
from tenfold.report.figures import Figure, band, figure
from tenfold.report.phrases import Phrases
from tenfold.terms.days import local_day as day_of
from tenfold.terms.money import from_minor
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.dealing import ENDED, WIRED
from tenfold.web.rights.forecasting import Outlook, Round, Weight, effects, weights
from tenfold.web.rights.frame import local_day
from tenfold.web.rights.names import in_one_language
from tenfold.web.rights.papers import Shown, papers_of
from tenfold.web.rights.results import Results
from tenfold.web.rights.rows import COMMUNITY, allowed, current_rows
from tenfold.web.rights.viewers import Viewer
from tenfold.web.store.current import Row, counting
from tenfold.web.store.results import MeasureResult

STRIP = 4
SHOWN = ("fund.p_minimum", "fund.p_target", "fund.forecast", "fund.optimism_gap", "fund.soft", "fund.wired_share")
HANGS = ("fund.top1_group", "fund.n_eff", "fund.top3_group", "fund.gap_if_top1_leaves")
GUESSES, CLOSING = ("ins.brier", "ins.reliability"), "fund.p_close"  # how well chances of deals were guessed
IN_COLUMN = 12  # deals that a stage lists
COLOURS = ("w", "a", "rest")  # of the largest group, the two after it, the rest


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal on the board.

    amount    in words; nothing where the viewer sees no amounts
    claimed   the stage that somebody said, where its evidence is missing; `missing` the papers that would prove it
    stale     whether nothing was heard for too long
    since     from which day it stands there
    own       why a person set its chance, where one did; empty without a reason that the viewer may see
    fact      how it stands, as a fact: its thread
    moves     whether the viewer may move it; `pays` whether they record its money
    papers    what proves it, from each of its moves
    """

    key: str
    party: tuple[str, str]
    amount: Markup | None
    chance: Figure | None
    claimed: str | None
    missing: str
    stale: bool
    since: str
    own: str | None
    fact: str
    stage: str
    moves: bool
    pays: bool
    papers: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A stage of the funnel with the deals whose evidence reaches it, the likeliest and largest first."""

    stage: str
    total: Markup | None
    deals: tuple[Deal, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Hanging:
    """On whom the money hangs: shares for the bar (of one, with a colour), the largest group by name, the numbers."""

    shares: tuple[tuple[float, str], ...]
    largest: tuple[str, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Funding:
    """The page of the current round; without one only what money came in, and from how few.

    strip   numbers, each with the band that it lies in eight times of ten, where it is a forecast
    """

    round: str | None
    target: Markup | None
    minimum: Markup | None
    close_by: str
    wired: Figure | None
    strip: tuple[tuple[Figure, Markup | None], ...]
    outlook: Outlook | None
    weights: tuple[Weight, ...]
    board: tuple[Column, ...]
    hanging: Hanging
    guesses: tuple[Figure, ...]

    @property
    def no_deals(self) -> bool:
        """Whether no deal stands on the board."""
        return not any(column.deals for column in self.board)


def funding(viewer: Viewer, ifs: Mapping[str, str] | None = None) -> Funding:
    """Return the page; `ifs` says of some deals that they are `won` or `lost`, to try what that changes."""
    results = Results(viewer)
    key = _round(viewer)
    rows, deals = _numbers(results, key), _deals(viewer, key)
    largest = _largest(viewer, rows)
    said: list[Mapping[str, Any]] = [{"round": key or "", "groups": largest}, *rows, *deals, *effects(results)]
    speech = viewer.phrases(said)
    board = _Board(viewer, results, speech, deals)
    _, plan = current_raise(speech.rules)
    bands = {f"{row['id']}:{row['subject']}": band(speech, row) for row in rows}
    shown = [(one, bands[one.id or ""]) for one in _of(speech, rows, SHOWN) if one.known]
    whole = Round(results, speech, key) if key is not None and viewer.amounts else None
    return Funding(
        round=None if key is None else speech.named(key),
        target=_goal(speech, plan, "target"),
        minimum=_goal(speech, plan, "minimum_close"),
        close_by="" if plan is None or plan.close_by is None else day_said(speech.language, plan.close_by, board.today),
        wired=next((one for one in _of(speech, rows, ("fund.wired",)) if one.known), None),
        strip=tuple(shown[:STRIP]),
        outlook=None if whole is None else whole.outlook(ifs or {}),
        weights=tuple(weights(results, speech, board.chances)),
        board=tuple(board.columns(deals)),
        hanging=Hanging(
            shares=tuple(_shares(rows)),
            largest=tuple(speech.named(party) for party in largest),
            figures=tuple(one for one in _of(speech, rows, HANGS) if one.known),
        ),
        guesses=tuple(_of(speech, rows, GUESSES)),
    )


def _round(viewer: Viewer) -> str | None:
    """Return the round that the last cycle forecast."""
    found = MeasureResult.rows.of(viewer.community).filter(until=None, measure="fund.forecast")
    key: str | None = found.values_list("subject", flat=True).first()
    return key


def _numbers(results: Results, round: str | None) -> list[Mapping[str, Any]]:
    """Return the numbers of the round and of the whole community that the page shows."""
    wanted = (*SHOWN, *HANGS, *GUESSES, "fund.wired")
    about = {COMMUNITY, CLOSING, round}
    return [row for row in results.measures(measure__in=wanted) if row["subject"] in about]


def _of(speech: Phrases, rows: Iterable[Mapping[str, Any]], ids: Sequence[str]) -> Iterator[Figure]:
    """Yield some measures' numbers in words, in the order of their ids, each named by its measure alone."""
    by = {row["id"]: row for row in rows}
    yield from (figure(speech, by[id], speech.words[f"report.name.{id}"]) for id in ids if id in by)


def _goal(speech: Phrases, plan: Any, name: str) -> Markup | None:
    amount = getattr(plan, name, None)
    if amount is None:
        return None
    digits = speech.rules.currencies.digits(amount.currency) or 0
    return speech.value(f"{amount.value:.{digits}f}", amount.currency)


def _deals(viewer: Viewer, round: str | None) -> list[Row]:
    """Return the deals of a round that the viewer may see, without those that ended."""
    if round is None:
        return []
    return [row for row in current_rows(viewer, "opportunities", round=[round]) if row["stage"] not in ENDED]


def _papers(viewer: Viewer, speech: Phrases, deals: Iterable[Row]) -> dict[str, tuple[Shown, ...]]:
    """Return deal → the papers of all its moves, the first move's first."""
    keys = [deal["opportunity"] for deal in deals]
    moves = counting(viewer.community, "opportunities").filter(opportunity__in=keys, evidence__isnull=False)
    rows = allowed(viewer, "opportunities", list(moves.order_by("occurred_at", "fact").values()))
    shown = papers_of(viewer, speech, [("opportunities", row) for row in rows])
    found: dict[str, tuple[Shown, ...]] = {}
    for row in rows:
        found[row["opportunity"]] = (*found.get(row["opportunity"], ()), *shown.get(row["fact"], ()))
    return found


def _largest(viewer: Viewer, rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return who paid what the largest group brought, as far as the viewer may see who paid."""
    facts = [fact for row in rows if row["id"] == HANGS[0] for fact in row.get("because", ())]
    paid = counting(viewer.community, "cash_movements").filter(fact__in=facts).order_by("fact").values()
    return list(dict.fromkeys(row["payer"] for row in allowed(viewer, "cash_movements", list(paid))))


def _shares(rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[float, str]]:
    """Yield the shares of the largest group, of the two after it, and of all others."""
    values = {row["id"]: row["value"] for row in rows if row["subject"] == COMMUNITY}
    top, three = (values.get(id) for id in ("fund.top1_group", "fund.top3_group"))
    if top is None or three is None:
        return
    parts = (float(top), float(three) - float(top), 1 - float(three))
    yield from zip(parts, COLOURS, strict=True)


class _Board:
    """Puts deals into the columns of the funnel, by what their evidence proves."""

    def __init__(self, viewer: Viewer, results: Results, speech: Phrases, deals: Iterable[Row]) -> None:
        self.speech = speech
        self.papers = _papers(viewer, speech, deals)
        self.today = local_day(viewer)
        self.stages = speech.rules.goals.funnel.stages
        self.moves, self.pays = may(viewer, Act.MOVE_DEAL), may(viewer, Act.RECORD_MONEY)
        self.claims = {one["subject"]: one for one in results.decisions(mechanism="goals", kind="claimed_stage")}
        self.stale = {one["subject"] for one in results.decisions(mechanism="goals", kind="stale_deal")}
        name = speech.words["report.name.fund.p_close"]
        self.chances = {row["subject"]: figure(speech, row, name) for row in results.measures(measure="fund.p_close")}

    def columns(self, deals: Iterable[Row]) -> Iterator[Column]:
        """Yield the stages in their order, each with its deals, the largest first."""
        by: dict[str, list[Row]] = {}
        for row in deals:
            by.setdefault(self._proven(row), []).append(row)
        for stage in self.stages:
            rows = sorted(by.get(stage.id, []), key=lambda row: (-(row.get("amount_minor") or 0), row["opportunity"]))
            yield Column(
                stage=self.speech.word("stage", stage.id),
                total=self._total(rows),
                deals=tuple(self._deal(row) for row in rows[:IN_COLUMN]),
                more=max(0, len(rows) - IN_COLUMN),
            )

    def _proven(self, row: Row) -> str:
        """Return the stage that a deal's evidence reaches; where even the first is a claim, the first."""
        claim = self.claims.get(row["opportunity"])
        stage = row["stage"] if claim is None else claim["message"]["params"]["stage"]
        return str(stage or self.stages[0].id)

    def _deal(self, row: Row) -> Deal:
        speech, key = self.speech, row["opportunity"]
        claim = self.claims.get(key)
        params = {} if claim is None else claim["message"]["params"]
        kinds = [speech.word("kinds", kind) for kind in params.get("kinds", "").split(", ") if kind]
        return Deal(
            key=key,
            party=(row["party"], speech.named(row["party"])),
            amount=self._amount(row.get("amount_minor"), row),
            chance=self.chances.get(key),
            claimed=None if claim is None else speech.word("stage", params["claimed"]),
            missing=speech.listed(kinds),
            stale=key in self.stale,
            since=day_said(speech.language, day_of(row["occurred_at"], speech.zone), self.today),
            own=None if row.get("p") is None else in_one_language(speech, row.get("reason") or ""),
            fact=row["fact"],
            stage=row["stage"],
            moves=self.moves and row["stage"] != WIRED,
            pays=self.pays,
            papers=self.papers.get(key, ()),
        )

    def _amount(self, minor: int | None, row: Row) -> Markup | None:
        if minor is None:
            return None
        digits = self.speech.rules.currencies.digits(row["currency"]) or 0
        return self.speech.value(from_minor(minor, digits), row["currency"])

    def _total(self, rows: Sequence[Row]) -> Markup | None:
        """Return what a column's deals come to, where all say so in one currency."""
        amounts = [row["amount_minor"] for row in rows if row.get("amount_minor") is not None]
        if not rows or len(amounts) < len(rows) or len({row["currency"] for row in rows}) > 1:
            return None
        return self._amount(sum(amounts), rows[0])
