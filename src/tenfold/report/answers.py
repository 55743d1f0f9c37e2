"""The five questions of the product, answered from measures and decisions; and the five benefits beside the index.

Each answer is one figure with what it is of and at most three lines; numbers lead to their explanations, lines to the
decisions that they say. Whoever has two minutes can retell it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

import polars as pl
from markupsafe import Markup, escape

from tenfold.engine.benefits import Shown
from tenfold.engine.today import today
from tenfold.engine.written import decision_object, instant_text
from tenfold.report.cards import Card, card
from tenfold.report.evidence import Evidence, Row
from tenfold.report.speech import Speech, unit_of
from tenfold.terms.decision import Decision
from tenfold.terms.money import from_minor

COMMUNITY = "community"
TOP1 = "fund.top1_group"
LINES = 3  # under a figure, at most
QUESTIONS = ("one", "two", "three", "four", "five")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer; `decision` names the decision that it says, if it says one."""

    text: Markup
    decision: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the five: a figure, what it is of, at most three lines under it.

    figure     None where the facts do not say a number
    decision   the decision that the figure comes from, if it comes from one
    """

    name: str
    figure: Markup | None
    caption: Markup
    lines: Sequence[Line] = ()
    decision: str | None = None


class Due(NamedTuple):
    """One act of the day's list: its card, and the amount of the deal that it is about."""

    card: Card
    amount: Markup | None


class Compared(NamedTuple):
    """A number and what it was on the first day of the stage, where that is known."""

    label: Markup
    value: Markup
    before: Markup | None


@dataclass(frozen=True, slots=True)
class Benefit:
    """One of the five benefits: its numbers, what they are set against, and what they cannot show."""

    name: Markup
    numbers: Sequence[Compared]
    caveat: Markup


@dataclass
class Answers:
    """The answers of one cycle in one language."""

    evidence: Evidence
    speech: Speech

    def number(self, id: str, subject: str = COMMUNITY) -> Markup | None:
        """Return a number that leads to its explanation, with its band; None when the measure has no such subject."""
        row = self.evidence.row(id, subject)
        return None if row is None else self.linked(id, subject, row)

    def linked(self, id: str, subject: str, row: Row) -> Markup:
        """Return a written number as a link to its explanation."""
        text = self.speech.value(row.value, row.unit)
        anchor = self.evidence.anchor(id, subject)
        if anchor is not None:
            text = Markup('<a class="n" href="#{}-{}">{}</a>').format(self.speech.language, anchor, text)
        if row.value is None or row.low is None or row.high is None:
            return text
        band = (self.speech.value(one, row.unit) for one in (row.low, row.high))
        return Markup('{} <span class="band">[{}]</span>').format(text, Markup(" – ").join(band))

    def all(self) -> list[Answer]:
        """Return the five answers; a question without facts says that it cannot be answered yet."""
        told = (self.one(), self.two(), self.three(), self.four(), self.five())
        return [one or self._silence(name) for name, one in zip(QUESTIONS, told, strict=True)]

    def _silence(self, name: str) -> Answer:
        return Answer(name, None, self.speech.say("report.nothing_known"))

    def decided(self, *kinds: str) -> list[Decision]:
        """Return the open decisions of these kinds, kind by kind."""
        return [
            one
            for kind in kinds
            for one in self.evidence.cycle.decisions
            if f"{one.mechanism}.{one.kind}" == kind and one.status == "proposed"
        ]

    def said(self, decisions: Sequence[Decision]) -> Iterator[Line]:
        """Return decisions as lines."""
        for one in decisions:
            yield Line(self.speech.sentence(one.message), one.id)

    def one(self) -> Answer | None:
        """How dependent are we on one party?"""
        row, wired, lost = self.evidence.row(TOP1), self._wired(), self._roundless()
        if row is None or row.value is None or wired.is_empty():
            return Answer("one", None, self.speech.say("report.nothing_known"), lost) if lost else None
        board = self.evidence.cycle.board
        currency = board.main[0].charter.currency
        total = from_minor(int(wired["amount_minor"].sum()), board.digits_of(currency))
        caption = self.speech.say(
            "report.one",
            wired=self.speech.value(total, currency),
            group=self.group(wired.row(-1, named=True)["group"]),
            sources=self.number("fund.n_eff") or "–",
        )
        turned = self._turned("goals.key_result", "report.one.result"), self._turned("risk.alert", "report.one.alert")
        lines = [*lost, *(line for line in turned if line is not None)]
        lines += self.said(self.decided("risk.stress"))
        return Answer("one", self.linked(TOP1, COMMUNITY, row), caption, lines[:LINES])

    def _turned(self, kind: str, id: str) -> Line | None:
        """Return what would turn the first decision of a kind that rests on the largest group's share."""
        about = next((one for one in self.decided(kind) if any(ref.id == TOP1 for ref in one.measures)), None)
        cure = None if about is None else self.speech.cure(about)
        if about is None or cure is None:
            return None
        return Line(self.speech.say(id, cure=cure, **about.message.params), about.id)

    def _roundless(self) -> list[Line]:
        """Return what came in during a raise for no round that anybody knows, a line a currency."""
        board = self.evidence.cycle.board
        rows = board.results["goals.roundless"].filter(pl.col("end") == board.ends.main)
        sums = [
            self.speech.value(from_minor(minor, board.digits_of(currency)), currency)
            for currency, minor in rows.select("currency", "received_minor").iter_rows()
        ]
        return [Line(self.speech.say("report.one.roundless", sum=one)) for one in sums]

    def _wired(self) -> pl.DataFrame:
        board = self.evidence.cycle.board
        rows = board.results["view.wired"].filter(pl.col("end") == board.ends.main)
        return rows.group_by("group").agg(pl.col("amount_minor").sum()).sort("amount_minor", "group")

    def group(self, group: str) -> Markup:
        """Return the names of the parties of a connected group."""
        board = self.evidence.cycle.board
        rows = board.results["view.group"].filter(pl.col("end") == board.ends.main, pl.col("group") == group)
        parties = sorted(rows["party"].to_list()) or [group]
        return Markup(" + ").join(self.speech.named(party) for party in parties)

    def two(self) -> Answer | None:
        """Whom should we talk to today, about what? The list itself stands below, as a table."""
        listed = self.today
        if not listed:
            return None
        minutes = sum(one.card.minutes or 0 for one in listed)
        caption = self.speech.say("report.two", minutes=minutes)
        lines = [self._first(one.card) for one in listed[:LINES]]
        return Answer("two", escape(str(len(listed))), caption, lines)

    def _first(self, act: Card) -> Line:
        verb = self.speech.say(act.verb)
        return Line(self.speech.say("report.two.first", verb=verb, whom=act.whom, what=act.what), act.id)

    @cached_property
    def today(self) -> Sequence[Due]:
        """The day's list as cards, each with the amount of its deal."""
        cycle = self.evidence.cycle
        board = cycle.board
        day = board.ends.frame["today"][board.ends.main]
        as_of = instant_text(cycle.moment.as_of)
        return [Due(card(self.speech, decision_object(one, as_of), day), self._amount(one)) for one in today(cycle)]

    def _amount(self, act: Decision) -> Markup | None:
        deal = next((ref.subject for ref in act.measures if ref.id == "fund.p_close"), None)
        row = self._deals.get(deal or "")
        if row is None or row["amount_minor"] is None:
            return None
        board = self.evidence.cycle.board
        currency = board.main[0].charter.currency
        return self.speech.value(from_minor(row["amount_minor"], board.digits_of(currency)), currency)

    @cached_property
    def _deals(self) -> Mapping[str, Mapping[str, Any]]:
        board = self.evidence.cycle.board
        rows = board.results["view.deal"].filter(pl.col("end") == board.ends.main)
        return {row["opportunity"]: row for row in rows.select("opportunity", "amount_minor").iter_rows(named=True)}

    def three(self) -> Answer | None:
        """Who kept their word?"""
        project = self.evidence.cycle.board.main[0].community.project or ""
        kept = [self._kept(id, subject) for id, subject in (("three", COMMUNITY), ("three.ours", project))]
        told = [one for one in kept if one is not None]
        kinds = (
            "incentives.broken_promise",
            "incentives.ladder_step",
            "incentives.project_step",
            "incentives.reminder",
        )
        lines = [Line(Markup("{} {}").format(sentence, share)) for share, sentence in told[1:]]
        lines += self.said(self.decided(*kinds))
        if told:
            return Answer("three", *told[0], lines[:LINES])
        return Answer("three", None, lines[0].text, lines[1:LINES]) if lines else None

    def _kept(self, id: str, subject: str) -> tuple[Markup, Markup] | None:
        """Return somebody's share of promises kept and a sentence of what it is, where any was due."""
        row = self.evidence.row("inc.kept_rate", subject)
        if row is None or row.value is None or not row.n:
            return None
        sentence = self.speech.say(f"report.{id}", kept=round(float(row.value) * row.n), due=row.n)
        return self.linked("inc.kept_rate", subject, row), sentence

    def four(self) -> Answer | None:
        """Who earned what, and can everyone check it?"""
        pools = [one for one in self.evidence.cycle.decisions if (one.mechanism, one.kind) == ("distribution", "pool")]
        ranked = sorted(pools, key=lambda one: (one.status != "proposed", one.id))
        if not ranked:
            return None
        lines = [Line(Markup("{} {}").format(self._paid(one), self._pool(one)), one.id) for one in ranked[1:2]]
        fair = self.decided("distribution.fairness")[:1]
        lines += [Line(self.speech.say("report.four.fair", **one.message.params), one.id) for one in fair]
        first = ranked[0]
        return Answer("four", self._paid(first), self._pool(first), lines, first.id)

    def _paid(self, pool: Decision) -> Markup:
        """Return what a pool pays out, to the last digit: it is approved by that."""
        if pool.value is None or pool.unit is None:
            return self.speech.value(None, None)
        return escape(self.speech.money(pool.value, pool.unit))

    def _pool(self, pool: Decision) -> Markup:
        """Return how far a pool is, in one short sentence."""
        return self.speech.say(pool.message.id.replace("distribution.pool_", "report.four."), **pool.message.params)

    def five(self) -> Answer | None:
        """What breaks if we change the rules or lose someone?"""
        deals = sorted(self.decided("goals.deal_effect"), key=lambda one: (float(one.low or 1), one.id))
        lines = list(self.said(deals[1:2]))
        weakest = [
            (float(row.value), subject)
            for subject, row in self.evidence.rows("scr.redundancy").items()
            if row.value is not None and not subject.startswith(COMMUNITY)
        ]
        for _, subject in sorted(weakest)[:1]:
            left = self.number("scr.redundancy", subject) or ""
            lines.append(Line(self.speech.say("report.five.need", need=subject, left=left)))
        if self.evidence.cycle.decisions:
            lines.append(Line(self.speech.say("report.five.rules")))
        if deals:
            first = deals[0]
            caption = self.speech.sentence(first.message)
            return Answer("five", escape(first.message.params["lost"]), caption, lines[:LINES], first.id)
        return Answer("five", None, lines[0].text, lines[1:LINES]) if lines else None


# The five benefits (MEASURES.md): benefit → its numbers; a name ending in /* shows every subject of the measure.
INDEX = ("sc.index", "sc.structural", "sc.relational", "sc.cognitive")
# What each of the ten is known by.
KNOWN_BY: dict[str, tuple[str, ...]] = {
    "goals": ("okr.score/*", "fund.p_minimum/*"),
    "screening": ("scr.coverage",),
    "value": ("val.ontime/*",),
    "interaction": ("com.active_members", "rel.dormant_share"),
    "incentives": ("inc.kept_rate",),
    "distribution": ("dis.gini/*",),
    "risk": ("risk.expected_loss", "agr.unsigned"),
    "adjustment": ("adj.decision_days", "adj.core_turnover"),
    "insight": ("ins.duplicates", "ins.brier"),
    "culture": ("brand.inbound_share", "cul.r_referral"),
}
SUBJECTS_SHOWN = 3


def labelled(answers: Answers, ids: Sequence[str]) -> list[tuple[Markup, Markup]]:
    """Return label → number of measures; a subject stands beside the label where it is not the whole community."""
    found: list[tuple[Markup, Markup]] = []
    registered: Any = answers.evidence.cycle.board.results
    for wanted in ids:
        id = wanted.removesuffix("/*")
        if id not in registered:
            continue
        rows = answers.evidence.rows(id)
        subjects = (
            [COMMUNITY] if wanted == id else [one for one in rows if rows[one].value is not None][:SUBJECTS_SHOWN]
        )
        for subject in subjects:
            if subject in rows:
                found.append((escape(answers.speech.headline(id, subject)), answers.linked(id, subject, rows[subject])))
    return found


def benefits(answers: Answers) -> list[Benefit]:
    """Return the five benefits with their numbers, and what those were on the first day of the stage."""
    return [
        Benefit(
            answers.speech.sentence(shown.benefit.name),
            [_compared(answers, row, shown) for row in shown.now],
            answers.speech.sentence(shown.benefit.caveat),
        )
        for shown in answers.evidence.benefits
    ]


def _compared(answers: Answers, row: Mapping[str, Any], shown: Shown) -> Compared:
    id, subject = row["id"], row["subject"]
    value = answers.linked(id, subject, answers.evidence.rows(id)[subject])
    then = next((one for one in shown.before if (one["id"], one["subject"]) == (id, subject)), None)
    before = None
    if then is not None and then["value"] is not None:
        told = answers.speech.value(then["value"], unit_of(id, then["unit"]))
        before = answers.speech.say(
            "report.before", value=told, day=answers.speech.day(datetime.fromisoformat(then["end"]))
        )
    return Compared(escape(answers.speech.headline(id, subject)), value, before)
