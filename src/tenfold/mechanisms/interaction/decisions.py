"""What follows from the numbers: who is owed a contact or an answer, who goes quiet, whom to leave in peace."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl

from tenfold.facts.consents import said_no
from tenfold.mechanisms.interaction.measures.rhythm import LATE_AT, gaps, segments, usual_gaps
from tenfold.mechanisms.interaction.passing import questions
from tenfold.terms.days import days_later
from tenfold.terms.decision import Cure, Decision, MeasureRef
from tenfold.terms.measure import DIGITS, Facts, write_number
from tenfold.terms.reason import Reason
from tenfold.terms.rules import Rules

MECHANISM = "interaction"
DUE_ABOVE = 1.0
COOLING_BELOW = 0.2  # four of five ordinary gaps are shorter than this silence [C]
READS = (
    "interaction.clocks",
    "interaction.last_substantive",
    "interaction.reached_out",
    "interaction.rhythm",
    "rel.overdue",
    "rel.p_active",
    "rel.reached_out",
    "screening.brings",
    "value.job_answers",
    "view.capability",
    "view.consent",
    "view.deal",
    "view.member",
    "view.promise",
    "view.segment",
)
LATER = ("snooze", "dismiss")


@dataclass(frozen=True)
class Pause:
    """Somebody whom we reached out to as often as the charter allows: how often, and the day on which one more fits."""

    contacts: int
    until: date


@dataclass(frozen=True)
class Picture:
    """What the sentences need, at the cycle's own end."""

    facts: Facts
    rules: Rules
    ends: pl.DataFrame

    @property
    def today(self) -> date:
        """The local day of the cycle's end."""
        day: date = self.ends["today"][0]
        return day

    @property
    def version(self) -> int:
        """The charter version in force."""
        return int(self.rules.charter.version)

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


def decide(facts: Facts, rules: Rules, ends: pl.DataFrame) -> list[Decision]:
    """Return what interaction proposes at the cycle's end."""
    picture = Picture(facts, rules, ends)
    touches = list(_touches(picture))
    paused = list(_pauses(picture, {touch.subject for touch in touches}))
    held = {pause.subject for pause in paused}
    cooling = list(_cooling(picture, {touch.subject for touch in touches} | held | picture.unwanted))
    talks = [*(touch for touch in touches if touch.subject not in held), *cooling]
    return [*talks, *paused, *_questions(picture), *questions(facts, rules, picture.today, talks)]


def _touches(picture: Picture) -> Iterator[Decision]:
    """One for each member whose silence is longer than the cadence of the segment allows."""
    rows = picture.facts.read("rel.overdue").join(segments(picture.facts), on=["end", "subject"])
    rows = rows.filter(~pl.col("subject").is_in(sorted(picture.unwanted)))
    for row in rows.filter(pl.col("value") > DUE_ABOVE).sort("subject").iter_rows(named=True):
        member, segment, ratio = row["subject"], row["segment"], row["value"]
        allowed = picture.rules.interaction.cadence[segment]
        contact = picture.last.get(member)
        since = contact or picture.admissions[member]
        how = "touch_never" if contact is None else "touch_late" if ratio > LATE_AT else "touch_due"
        id = f"{MECHANISM}.touch_due:{member}:{since}"
        params = {
            "member": member,
            "days": str(round(ratio * allowed.days)),
            "allowed": str(allowed.days),
            "segment": segment,
        }
        yield Decision(
            mechanism=MECHANISM,
            kind="touch_due",
            subject=member,
            since=since,
            message=Reason(f"interaction.{how}", params),
            proposal="contact",
            pointer=f"/interaction/cadence/{segment}",
            version=picture.version,
            value=write_number(ratio, DIGITS["ratio"]),
            unit="ratio",
            measures=(MeasureRef("rel.overdue", member), MeasureRef("rel.p_active", member)),
            facts=(since,),
            alternatives=LATER,
            cure=_one_contact(member),
            closes_when={"metric": "rel.overdue", "subject": member, "op": "<=", "value": "1"},
            proposes={"table": "interactions", "member": member, "direction": "out", "because": id},
        )


def _one_contact(member: str) -> Cure:
    return Cure(Reason("interaction.cure_contact", {"member": member}), "1", "count")


def _pauses(picture: Picture, due: set[str]) -> Iterator[Decision]:
    """One for each member to leave in peace: the cap is passed, or is reached while a contact would be due."""
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
        yield Decision(
            mechanism=MECHANISM,
            kind="contact_pause",
            subject=member,
            since=since,
            message=Reason("interaction.contact_pause_due" if member in due else "interaction.contact_pause", params),
            proposal="wait",
            pointer="/interaction/fatigue_cap",
            version=picture.version,
            value=str(pause.contacts),
            unit="count",
            measures=(MeasureRef("rel.reached_out", member), MeasureRef("rel.overdue", member)),
            alternatives=("contact",),
            cure=Cure(Reason("interaction.cure_wait", {"until": since, "days": days}), days, "days"),
            closes_when={"date": since},
        )


def _cooling(picture: Picture, named: set[str]) -> Iterator[Decision]:
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


def _cools(picture: Picture, row: Mapping[str, Any]) -> Decision:
    member, since = row["subject"], picture.last[row["subject"]]
    own = row["gap_days"] / row["gaps"]
    params = {
        "member": member,
        "silence": str(row["silence"]),
        "own_gap": f"{own:.1f}",
        "usual_gap": f"{row['usual']:.1f}",
        "contacts": str(row["n"]),
    }
    return Decision(
        mechanism=MECHANISM,
        kind="cooling",
        subject=member,
        since=since,
        message=Reason("interaction.cooling", params),
        proposal="contact",
        pointer="/interaction/substantive_if_any",
        version=picture.version,
        value=write_number(row["value"], DIGITS["probability"]),
        unit="probability",
        measures=(MeasureRef("rel.p_active", member), MeasureRef("rel.strength", member)),
        facts=(since,),
        alternatives=LATER,
        cure=_one_contact(member),
        closes_when={"metric": "rel.p_active", "subject": member, "op": ">=", "value": str(COOLING_BELOW)},
        proposes={
            "table": "interactions",
            "member": member,
            "direction": "out",
            "because": f"{MECHANISM}.cooling:{member}:{since}",
        },
    )


def _questions(picture: Picture) -> Iterator[Decision]:
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
        yield Decision(
            mechanism=MECHANISM,
            kind=f"{row['kind']}_unanswered",
            subject=row["member"],
            since=row["fact"],
            message=Reason(f"interaction.{row['kind']}_{'late' if late else 'due'}", params),
            proposal="answer",
            pointer=f"/interaction/respond_within/{row['kind']}",
            version=row["version"],
            value=write_number(late, DIGITS["days"]),
            unit="days",
            measures=(MeasureRef("rel.response_km", row["member"]),),
            facts=(row["fact"],),
            alternatives=LATER,
            cure=Cure(Reason("interaction.cure_answer", {"member": row["member"]}), "1", "count"),
            closes_when={"fact": "interactions", "replies_to": row["fact"]},
            proposes={
                "table": "interactions",
                "member": row["member"],
                "direction": "out",
                "flags": ["question_answered"],
                "replies_to": row["fact"],
                "because": f"{MECHANISM}.{row['kind']}_unanswered:{row['member']}:{row['fact']}",
            },
        )
