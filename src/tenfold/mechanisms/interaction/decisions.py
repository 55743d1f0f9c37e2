"""What follows from the numbers: who is owed a contact or an answer, who goes quiet, whom to leave in peace."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl

from tenfold.facts.consents import said_no
from tenfold.mechanisms.interaction.measures.rhythm import LATE_AT, gaps, segments, usual_gaps
from tenfold.mechanisms.interaction.passing import ANSWERS, QUESTIONS, questions
from tenfold.terms.days import days_later
from tenfold.terms.decision import Cure, MeasureRef
from tenfold.terms.draft import DATE, Draft, Fact, Grounds, Measured, OnDay, decision
from tenfold.terms.measure import DIGITS, write_number
from tenfold.terms.reason import Reason

DUE_ABOVE = 1.0
COOLING_BELOW = 0.2  # four of five ordinary gaps are shorter than this silence [C]
LATER = ("snooze", "dismiss")
# What is read to say whose talk is due, whom to leave in peace, and which relations cool.
DUE = ("interaction.last_substantive", "rel.overdue", "view.consent", "view.member", "view.segment")
PAUSED = (*DUE, "interaction.reached_out")
TALKS = (*PAUSED, "interaction.rhythm", "rel.p_active", "view.deal")


@dataclass(frozen=True)
class Pause:
    """Somebody whom we reached out to as often as the charter allows: how often, and the day on which one more fits."""

    contacts: int
    until: date


@dataclass(frozen=True)
class Picture(Grounds):
    """What the sentences need, at the cycle's own end."""

    @cached_property
    def unwanted(self) -> frozenset[str]:
        """Who said no to being contacted about the relationship."""
        return said_no(self.facts)

    @cached_property
    def last(self) -> Mapping[str, str]:
        """Member → fact of the last substantive contact."""
        rows = self.facts.read("interaction.last_substantive").select("member", "fact").sort("member")
        return dict(rows.iter_rows())

    @cached_property
    def admissions(self) -> Mapping[str, str]:
        """Member → fact of the membership from which it counts."""
        rows = (
            self.facts.read("view.member")
            .sort("admitted_on", "fact")
            .unique("party", keep="first", maintain_order=True)
        )
        return dict(rows.select("party", "fact").iter_rows())

    @cached_property
    def pauses(self) -> Mapping[str, Pause]:
        """Member → pause, where the fatigue cap is reached."""
        cap = self.rules.interaction.fatigue_cap
        rows = self.facts.read("interaction.reached_out").sort("member", "on")
        total = pl.col("n").sum().over("member")
        capped = rows.with_columns(total=total, left=total - pl.col("n").cum_sum().over("member")).filter(
            pl.col("total") >= cap.contacts, pl.col("left") < cap.contacts
        )
        first = capped.unique("member", keep="first", maintain_order=True)
        return {
            member: Pause(total, days_later(on, cap.per.days))
            for member, total, on in first.select("member", "total", "on").iter_rows()
        }


@decision(
    "interaction.touch_due",
    "cooling",
    of=Picture,
    reads=TALKS,
    hands_on=("interactions",),
    closes=("rel.overdue", "rel.p_active"),
)
def talk(picture: Picture) -> Iterator[Draft]:
    """Yield the talks that are due, and those with relations that cool, but with nobody who is left in peace."""
    yield from _talks(picture)


@decision("interaction.contact_pause", of=Picture, reads=PAUSED, closes=(DATE,))
def contact_pause(picture: Picture) -> Iterator[Draft]:
    """Yield one for each member to leave in peace: the cap is passed, or is reached while a contact would be due."""
    yield from _pauses(picture, {touch.subject for touch in _touches(picture)})


@decision(
    "interaction.ask_in_passing",
    of=Picture,
    reads=(*TALKS, *QUESTIONS),
    hands_on=ANSWERS,
    closes=ANSWERS,
)
def ask_in_passing(picture: Picture) -> Iterator[Draft]:
    """Yield one question for each talk that has one to carry."""
    yield from questions(picture.facts, picture.rules, picture.today, _talks(picture))


def _talks(picture: Picture) -> list[Draft]:
    touches = list(_touches(picture))
    due = {touch.subject for touch in touches}
    held = {pause.subject for pause in _pauses(picture, due)}
    cooling = _cooling(picture, due | held | picture.unwanted)
    return [*(touch for touch in touches if touch.subject not in held), *cooling]


def _touches(picture: Picture) -> Iterator[Draft]:
    """One for each member whose silence is longer than the cadence of the segment allows."""
    rows = picture.facts.read("rel.overdue").join(segments(picture.facts), on=["end", "subject"])
    rows = rows.filter(~pl.col("subject").is_in(sorted(picture.unwanted)))
    for row in rows.filter(pl.col("value") > DUE_ABOVE).sort("subject").iter_rows(named=True):
        member, segment, ratio = row["subject"], row["segment"], row["value"]
        allowed = picture.rules.interaction.cadence[segment]
        contact = picture.last.get(member)
        since = contact or picture.admissions[member]
        how = "touch_never" if contact is None else "touch_late" if ratio > LATE_AT else "touch_due"
        params = {
            "member": member,
            "days": str(round(ratio * allowed.days)),
            "allowed": str(allowed.days),
            "segment": segment,
        }
        yield (
            Draft("touch_due", member, since)
            .says(f"interaction.{how}", params)
            .asks_for("contact", *LATER)
            .follows(f"/interaction/cadence/{segment}")
            .counts(write_number(ratio, DIGITS["ratio"]), "ratio")
            .rests_on(MeasureRef("rel.overdue", member), MeasureRef("rel.p_active", member), facts=(since,))
            .cured_by(_one_contact(member))
            .closes(Measured("rel.overdue", member, {"op": "<=", "value": "1"}))
            .hands_on(Fact("interactions", {"member": member, "direction": "out"}))
        )


def _one_contact(member: str) -> Cure:
    return Cure(Reason("interaction.cure_contact", {"member": member}), "1", "count")


def _pauses(picture: Picture, due: set[str]) -> Iterator[Draft]:
    cap = picture.rules.interaction.fatigue_cap
    for member, pause in picture.pauses.items():
        if member in picture.unwanted or (pause.contacts == cap.contacts and member not in due):
            continue
        since = pause.until.isoformat()
        days = str((pause.until - picture.today).days)
        params = {
            "member": member,
            "contacts": str(pause.contacts),
            "cap": str(cap.contacts),
            "per": str(cap.per.days),
            "until": since,
        }
        yield (
            Draft("contact_pause", member, since)
            .says("interaction.contact_pause_due" if member in due else "interaction.contact_pause", params)
            .asks_for("wait", "contact")
            .follows("/interaction/fatigue_cap")
            .counts(str(pause.contacts), "count")
            .rests_on(MeasureRef("rel.reached_out", member), MeasureRef("rel.overdue", member))
            .cured_by(Cure(Reason("interaction.cure_wait", {"until": since, "days": days}), days, "days"))
            .closes(OnDay(pause.until))
        )


def _cooling(picture: Picture, named: set[str]) -> Iterator[Draft]:
    """One for each relation that is silent beyond its own rhythm, though not yet due by the charter."""
    low = picture.facts.read("rel.p_active").filter(
        pl.col("value") < COOLING_BELOW, ~pl.col("subject").is_in(sorted(named))
    )
    if low.is_empty():
        return
    rows = gaps(picture.facts, picture.ends)
    rows = rows.join(usual_gaps(rows), on=["end", "segment"], how="left", nulls_equal=True)
    for row in low.join(rows.drop("n"), on=["end", "subject"]).sort("subject").iter_rows(named=True):
        yield _cools(picture, row)


def _cools(picture: Picture, row: Mapping[str, Any]) -> Draft:
    member, since = row["subject"], picture.last[row["subject"]]
    own = row["gap_days"] / row["gaps"]
    params = {
        "member": member,
        "silence": str(row["silence"]),
        "own_gap": f"{own:.1f}",
        "usual_gap": f"{row['usual']:.1f}",
        "contacts": str(row["n"]),
    }
    return (
        Draft("cooling", member, since)
        .says("interaction.cooling", params)
        .asks_for("contact", *LATER)
        .follows("/interaction/substantive_if_any")
        .counts(write_number(row["value"], DIGITS["probability"]), "probability")
        .rests_on(MeasureRef("rel.p_active", member), MeasureRef("rel.strength", member), facts=(since,))
        .cured_by(_one_contact(member))
        .closes(Measured("rel.p_active", member, {"op": ">=", "value": str(COOLING_BELOW)}))
        .hands_on(Fact("interactions", {"member": member, "direction": "out"}))
    )


@decision(
    "interaction.question_unanswered",
    "complaint_unanswered",
    of=Picture,
    reads=("interaction.clocks",),
    hands_on=("interactions",),
    closes=("interactions",),
)
def unanswered(picture: Picture) -> Iterator[Draft]:
    """One for each question or complaint put to us that is due today or late, and has no reply."""
    rows = picture.facts.read("interaction.clocks").filter(
        pl.col("direction") == "in", pl.col("replied_at").is_null(), pl.col("due") <= picture.today
    )
    for row in rows.sort("due", "fact").iter_rows(named=True):
        late = (picture.today - row["due"]).days
        params = {
            "member": row["member"],
            "asked": row["on"].isoformat(),
            "due": row["due"].isoformat(),
            "allowed": row["days"],
            "late": str(late),
        }
        yield (
            Draft(f"{row['kind']}_unanswered", row["member"], row["fact"])
            .says(f"interaction.{row['kind']}_{'late' if late else 'due'}", params)
            .asks_for("answer", *LATER)
            .follows(f"/interaction/respond_within/{row['kind']}", row["version"])
            .counts(write_number(late, DIGITS["days"]), "days")
            .rests_on(MeasureRef("rel.response_km", row["member"]), facts=(row["fact"],))
            .cured_by(Cure(Reason("interaction.cure_answer", {"member": row["member"]}), "1", "count"))
            .closes(Fact("interactions", {"replies_to": row["fact"]}))
            .hands_on(
                Fact(
                    "interactions",
                    {
                        "member": row["member"],
                        "direction": "out",
                        "flags": ["question_answered"],
                        "replies_to": row["fact"],
                    },
                )
            )
        )


DECISIONS = (talk, contact_pause, ask_in_passing, unanswered)
