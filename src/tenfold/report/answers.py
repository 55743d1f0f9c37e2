"""The five questions of the product, answered from measures and decisions; and the five benefits beside the index.

Each answer is a few lines; a line is a sentence whose numbers lead to their explanations, or a decision.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import polars as pl
from markupsafe import Markup, escape

from tenfold.engine.benefits import Shown
from tenfold.engine.today import today
from tenfold.report.evidence import Evidence, Row
from tenfold.report.speech import Speech, unit_of
from tenfold.terms.decision import Decision
from tenfold.terms.money import from_minor

COMMUNITY = "community"
TOP1 = "fund.top1_group"
LISTED = 4  # decisions under a question
QUESTIONS = ("one", "two", "three", "four", "five")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer; `decision` names the decision that it says, if it says one."""

    text: Markup
    decision: str | None = None
    cure: Markup | None = None


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

    def all(self) -> list[tuple[str, list[Line]]]:
        """Return question → lines; a question without facts says that it cannot be answered yet."""
        told = (self.one(), self.two(), self.three(), self.four(), self.five())
        found = [(name, list(lines)) for name, lines in zip(QUESTIONS, told, strict=True)]
        silence = [Line(self.speech.say("report.nothing_known"))]
        return [(name, lines or silence) for name, lines in found]

    def decided(self, *kinds: str) -> list[Decision]:
        """Return the open decisions of these kinds, kind by kind."""
        return [
            one
            for kind in kinds
            for one in self.evidence.cycle.decisions
            if f"{one.mechanism}.{one.kind}" == kind and one.status == "proposed"
        ]

    def said(self, decisions: Sequence[Decision]) -> Iterator[Line]:
        """Return decisions as lines: the sentence, and what would turn it good."""
        for one in decisions:
            yield Line(self.speech.sentence(one.message), one.id, self.speech.cure(one))

    def one(self) -> Iterator[Line]:
        """How dependent are we on one party?"""
        row, wired = self.evidence.row(TOP1), self._wired()
        if row is None or row.value is None or wired.is_empty():
            return
        board = self.evidence.cycle.board
        currency = board.main[0].charter.currency
        total = from_minor(int(wired["amount_minor"].sum()), board.digits_of(currency))
        yield Line(
            self.speech.say(
                "report.one",
                share=self.linked(TOP1, COMMUNITY, row),
                wired=self.speech.value(total, currency),
                group=self.group(wired.row(-1, named=True)["group"]),
                sources=self.number("fund.n_eff") or "–",
            )
        )
        about = [one for one in self.decided("goals.key_result", "risk.alert") if self._rests_on(one, TOP1)]
        yield from self.said([*about, *self.decided("risk.stress")][:LISTED])

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

    def _rests_on(self, decision: Decision, id: str) -> bool:
        return any(ref.id == id for ref in decision.measures)

    def two(self) -> Iterator[Line]:
        """Whom should we talk to today, about what?"""
        yield from self.said(today(self.evidence.cycle)[: 2 * LISTED])

    def three(self) -> Iterator[Line]:
        """Who kept their word?"""
        project = self.evidence.cycle.board.main[0].community.project or ""
        members, ours = (self.evidence.row("inc.kept_rate", subject) for subject in (COMMUNITY, project))
        for id, subject, row in (("report.three", COMMUNITY, members), ("report.three.ours", project, ours)):
            if row is not None and row.value is not None and row.n:
                share = self.linked("inc.kept_rate", subject, row)
                yield Line(self.speech.say(id, kept=round(float(row.value) * row.n), due=row.n, share=share))
        kinds = (
            "incentives.broken_promise",
            "incentives.ladder_step",
            "incentives.project_step",
            "incentives.reminder",
        )
        yield from self.said(self.decided(*kinds)[:LISTED])

    def four(self) -> Iterator[Line]:
        """Who earned what, and can everyone check it?"""
        pools = [one for one in self.evidence.cycle.decisions if (one.mechanism, one.kind) == ("distribution", "pool")]
        yield from self.said(sorted(pools, key=lambda one: (one.status != "proposed", one.id))[:2])
        yield from self.said(self.decided("distribution.fairness")[:1])

    def five(self) -> Iterator[Line]:
        """What breaks if we change the rules or lose someone?"""
        deals = self.decided("goals.deal_effect")
        ranked = sorted(deals, key=lambda one: (float(one.low or 1), one.id))
        yield from self.said(ranked[:2])
        weakest = [
            (float(row.value), subject)
            for subject, row in self.evidence.rows("scr.redundancy").items()
            if row.value is not None and not subject.startswith(COMMUNITY)
        ]
        for _, subject in sorted(weakest)[:1]:
            left = self.number("scr.redundancy", subject) or ""
            yield Line(self.speech.say("report.five.need", need=subject, left=left))
        if self.evidence.cycle.decisions:
            yield Line(self.speech.say("report.five.rules"))


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
