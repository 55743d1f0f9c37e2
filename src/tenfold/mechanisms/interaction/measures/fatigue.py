"""Fatigue: how often we reached out lately. More messages are not more relation."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from tenfold.facts.relations import visible
from tenfold.mechanisms.interaction.measures.contact import CHANNELS, STYLE, contact_frames, contacts
from tenfold.terms.measure import Select, reduction
from tenfold.terms.rules import Rules

if TYPE_CHECKING:
    import ibis

    Tables = Mapping[str, ibis.Table]

FATIGUE = {"interaction_fatigue": {"window_days": "int64"}}


def fatigue_frames(rules: Rules, ends: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    """Return the parameter tables of a contact and the window of the fatigue cap."""
    days = [rules.interaction.fatigue_cap.per.days]
    return {
        **contact_frames(rules, ends),
        "interaction_fatigue": pl.DataFrame({"window_days": days}, schema={"window_days": pl.Int64}),
    }


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
    recent = found.filter(found.today.delta(found.on, unit="day") < found.window_days)
    return recent.group_by("member", "end", "on").aggregate(n=recent.count())
