"""Fatigue: how often we reached out lately. More messages are not more relation."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from tenfold.facts.relations import visible
from tenfold.mechanisms.interaction.measures.contact import CHANNELS, STYLE, contact_frames, contacts
from tenfold.terms.days import age_of
from tenfold.terms.measure import Facts, Select, measure, reduction
from tenfold.terms.rules import Rules

if TYPE_CHECKING:
    import ibis

    Tables = Mapping[str, ibis.Table]

FATIGUE = {"interaction_fatigue": {"window_days": "int64"}}


def window_days(rules: Rules) -> int:
    """Return how many days the window of the fatigue cap has."""
    return int(rules.interaction.fatigue_cap.per.days)


def fatigue_frames(rules: Rules, ends: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    """Return the parameter tables of a contact and the window of the fatigue cap."""
    days = [window_days(rules)]
    return {
        **contact_frames(rules, ends),
        "interaction_fatigue": pl.DataFrame({"window_days": days}, schema={"window_days": pl.Int64}),
    }


def _reaching(rules: Rules) -> Mapping[str, tuple[str, ...]]:
    """Return what a row must be to count: from us, in a channel that weighs."""
    weighing = tuple(sorted(channel for channel, weight in rules.interaction.channel_weight.items() if weight))
    return {"direction": ("out",), "channel": weighing}


@reduction(
    "interaction.reached_out",
    reads=("interactions",),
    params=CHANNELS | STYLE | FATIGUE,
    frames=fatigue_frames,
    facts=(Select("interactions", subject="member"),),
    subject="member",
)
def reached_out(tables: "Tables") -> "ibis.Table":
    """Return contacts that the project started within the window of the fatigue cap, by day: member, end, on, n."""
    outbound = tables["interactions"].filter(lambda t: t.direction == "out")
    found = contacts(tables, visible(outbound, tables["ends"])).cross_join(tables["interaction_fatigue"])
    recent = found.filter(age_of(found) < found.window_days)
    return recent.group_by("member", "end", "on").aggregate(n=recent.count())


@measure(
    "rel.reached_out",
    unit="count",
    direction="none",
    subject="member",
    reads=("interaction.reached_out",),
    facts=(Select("interactions", subject="member", keep=_reaching, days=window_days),),
    covers=("interaction.reached_out",),
    minimum="1 contact",
    source="DOMAIN §2.4, traps",
    pointer="/interaction/fatigue_cap",
    parts={"days": "days"},
)
def contacts_started(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return how often we reached out to somebody within the window of the fatigue cap, where we did."""
    rows = facts.read("interaction.reached_out")
    started = rows.group_by("end", subject="member").agg(value=pl.col("n").sum())
    return started.with_columns(days=pl.lit(window_days(rules)))
