"""4 → 2, 3: one question in passing for each talk that is due, the one whose answer an open decision waits for most.

A gate that runs out comes first, for whoever does not pass it must not stay; then what the community can do least, if
nothing is known of the member there; then the job of its segment whose importance lacks the fewest answers to count.
People answer by a tap; the answer is a fact, and the question is over at once.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl

from tenfold.terms.days import days_between
from tenfold.terms.decision import Cure, MeasureRef
from tenfold.terms.draft import Draft, Fact
from tenfold.terms.measure import Facts
from tenfold.terms.reason import Reason
from tenfold.terms.rules import Rules

# What is read to find a question, and the tables in which its answer is a fact.
QUESTIONS = (
    "screening.brings",
    "survey_answers",
    "value.job_answers",
    "view.capability",
    "view.member",
    "view.promise",
    "view.segment",
)
ANSWERS = ("gate_checks", "capabilities", "survey_answers")
JOBS, IMPORTANCE = "jobs", "importance"


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask: its word, what the sentence needs, the rule and numbers behind it, the fact that the answer is.

    `filled` is what else is known of that fact and need not be met: the survey's latest wave.
    """

    word: str
    params: Mapping[str, str]
    pointer: str
    measures: tuple[MeasureRef, ...]
    answer: Fact
    filled: Mapping[str, Any] = field(default_factory=dict)


def questions(facts: Facts, rules: Rules, today: date, talks: Iterable[Draft]) -> Iterator[Draft]:
    """Return the question that each talk carries, for talks that have one; a talk is a decision about a member."""
    book = Book(facts, rules, today)
    for talk in talks:
        found = book.gate(talk.subject) or book.ability(talk.subject) or book.job(talk.subject)
        if found is not None:
            yield _asked(talk, found)


def _asked(talk: Draft, question: Question) -> Draft:
    params = {"member": talk.subject, **question.params}
    return (
        Draft("ask_in_passing", talk.subject, talk.since)
        .says(f"interaction.ask_{question.word}", params)
        .asks_for("interaction.ask", "snooze", "dismiss")
        .follows(question.pointer)
        .rests_on(*question.measures, facts=(talk.since,))
        .cured_by(Cure(Reason("interaction.cure_asked", params), "1", "count"))
        .closes(question.answer)
        .hands_on(replace(question.answer, cells={**question.answer.cells, **question.filled}))
    )


@dataclass(frozen=True)
class Book:
    """What is known of members and what is not, at the cycle's own end."""

    facts: Facts
    rules: Rules
    today: date

    def gate(self, member: str) -> Question | None:
        """Return the question about the member's gate that ends first, if one ends soon or has ended."""
        gate, until = self._gates.get(member, (None, None))
        if gate is None:
            return None
        place = [one.id for one in self.rules.screening.gates].index(gate)
        own = Fact("gate_checks", {"party": member, "gate": gate})
        refs = (MeasureRef("scr.gate", f"{member}@{gate}"),)
        return Question("gate", {"gate": gate, "until": str(until)}, f"/screening/gates/{place}", refs, own)

    @cached_property
    def _gates(self) -> Mapping[str, tuple[str, date]]:
        used = {gate.id for gate in self.rules.screening.gates}
        ahead = self.rules.insight.next_best_action.gate_ahead.days  # as the day's list: one rule for both
        ends = self.facts.read("view.promise").filter(pl.col("source") == "gate")
        soon = ends.filter(days_between(pl.lit(self.today), "due_on") <= ahead)
        found: dict[str, tuple[str, date]] = {}
        for promise, member, due in soon.sort("due_on", "promise").select("promise", "promisor", "due_on").iter_rows():
            gate = promise.partition("@")[0]
            if gate in used:
                found.setdefault(member, (gate, due))
        return found

    def ability(self, member: str) -> Question | None:
        """Return the question whether a member can help with what is covered least, if nothing is known of it."""
        need = self._weakest if member in self._members else None
        if need is None or (member, need) in self._known:
            return None
        place = [one.id for one in self.rules.screening.needs].index(need)
        own = Fact("capabilities", {"party": member, "need": need, "basis": "claim"})
        refs = (MeasureRef("scr.coverage", "community"),)
        return Question("ability", {"need": need}, f"/screening/needs/{place}", refs, own)

    @cached_property
    def _members(self) -> frozenset[str]:
        return frozenset(self.facts.read("view.member")["party"])

    @cached_property
    def _known(self) -> frozenset[tuple[str, str]]:
        read = (self.facts.read(id).select("party", "need") for id in ("view.capability", "screening.brings"))
        return frozenset(pl.concat(read).iter_rows())

    @cached_property
    def _weakest(self) -> str | None:
        """Return the need that leaves most points uncovered by the members."""
        held = self.facts.read("view.capability").filter(pl.col("party").is_in(sorted(self._members)))
        best = held.group_by("need").agg(pl.col("level").max()).sort("need")
        level = dict(best.iter_rows())
        gaps = {one.id: float(one.weight) * (1 - level.get(one.id, 0.0)) for one in self.rules.screening.needs}
        return max(gaps, key=lambda need: gaps[need], default=None)

    def job(self, member: str) -> Question | None:
        """Return the question how much a job matters, for the segment's one that lacks the fewest answers to count.

        None where nothing is missing, and where the segment has fewer members than the answers that it takes.
        """
        segment = self._segments.get(member)
        place = next((n for n, one in enumerate(self.rules.value.segments) if one.id == segment), None)
        if segment is None or place is None:
            return None
        jobs = self.rules.value.segments[place].jobs
        heard = {number: self._heard[segment, job] for number, job in enumerate(jobs)}
        lacking = (n for n, (count, needed) in heard.items() if count < needed <= self._sizes[segment])
        number = max(lacking, key=lambda n: heard[n][0], default=None)
        if number is None:
            return None
        job, (count, needed) = jobs[number], heard[number]
        # A survey answer names neither its cause nor its respondent, for they would name its giver.
        cells = {"survey": JOBS, "item": IMPORTANCE, "subject": job, "bucket": segment}
        own = Fact("survey_answers", cells, because=False)
        refs = (MeasureRef("val.opportunity", f"{job}@{segment}"),)
        params = {"job": job, "segment": segment, "heard": str(count), "needed": str(needed)}
        pointer = f"/value/segments/{place}/jobs/{number}"
        return Question("job", params, pointer, refs, own, self._wave)

    @cached_property
    def _heard(self) -> Mapping[tuple[str, str], tuple[int, int]]:
        """Segment and job → how many answers say how much it matters, and how many it takes to count."""
        rows = self.facts.read("value.job_answers").filter(pl.col("item") == IMPORTANCE)
        found = rows.select("segment", "job", "n", "needed").iter_rows()
        return {(segment, job): (n, needed) for segment, job, n, needed in found}

    @cached_property
    def _wave(self) -> Mapping[str, str]:
        """The wave that was answered last, if any was."""
        answers = self.facts.rows("survey_answers", only=pl.col("survey") == JOBS)
        last = answers.sort("occurred_at", "fact")["wave"].drop_nulls().tail(1)
        return {"wave": last[0]} if len(last) else {}

    @cached_property
    def _segments(self) -> Mapping[str, str]:
        rows = self.facts.read("view.segment").select("member", "segment").sort("member", "segment")
        return dict(rows.iter_rows())

    @cached_property
    def _sizes(self) -> Mapping[str, int]:
        """Segment → members in it; who has no more than an open deal is none."""
        return Counter(segment for member, segment in self._segments.items() if member in self._members)
