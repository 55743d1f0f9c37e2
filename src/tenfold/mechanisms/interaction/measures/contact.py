"""Contacts: which interactions count as a relation, how much each weighs, and who is tied to whom.

A *contact* is an interaction in a channel that weighs more than nothing: a broadcast never counts as a relation. A
contact is *substantive* when it carries one of the charter's flags.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from tenfold.facts.relations import bits, carries, visible
from tenfold.terms.days import age_of
from tenfold.terms.measure import Select, reduction, relation
from tenfold.terms.rules import Rules

if TYPE_CHECKING:
    import ibis

    Tables = Mapping[str, ibis.Table]

NANO = 1_000_000_000  # weights are integers of 10⁻⁹ (MEASURES.md, rule 5)
AGES = 100_000  # more days than any contact is old
RECENT_DAYS = 90
YEAR_DAYS = 365
EXACT = Context(prec=50)

CHANNELS = {"interaction_channels": {"channel": "string", "code": "int64"}}
STYLE = {"interaction_style": {"substantive_flags": "int64"}}
DECAY = {"interaction_decay": {"ages": "int64", "weights": "array<int64>"}}
PROJECT = {"interaction_project": {"project": "string"}}
OF_BOTH = (Select("interactions", subject="member"), Select("interactions", subject="other"))


@cache
def decays(half_life_days: int, channel_weight: Decimal) -> tuple[int, ...]:
    """Return channel weight × 2^(−age ÷ half-life) as integers of 10⁻⁹, by age in whole days until it is nothing.

    >>> decays(45, Decimal(4))[:2], decays(45, Decimal(4))[45], decays(1, Decimal(1))[-1]
    ((4000000000, 3938859205), 2000000000, 1)
    """
    daily = EXACT.power(2, EXACT.divide(-1, half_life_days))
    found: list[int] = []
    rest = EXACT.multiply(channel_weight, NANO)
    while len(found) < AGES and (weight := int(rest.to_integral_value(ROUND_HALF_EVEN))):
        found.append(weight)
        rest = EXACT.multiply(rest, daily)
    return tuple(found)


def channels_that_weigh(rules: Rules) -> list[tuple[str, Decimal]]:
    """Return the channels that count as a contact, with their weights, in the order of their ids."""
    return sorted((id, weight) for id, weight in rules.interaction.channel_weight.items() if weight > 0)


def contact_frames(rules: Rules, ends: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    """Return the parameter tables of a contact: channels that weigh, and the flags of substance."""
    ids = [id for id, _ in channels_that_weigh(rules)]
    flags = bits("interactions", "flags", rules.interaction.substantive_if_any)
    return {
        "interaction_channels": pl.DataFrame(
            {"channel": ids, "code": range(len(ids))}, schema={"channel": pl.String, "code": pl.Int64}
        ),
        "interaction_style": pl.DataFrame({"substantive_flags": [flags]}, schema={"substantive_flags": pl.Int64}),
    }


def weighed_frames(rules: Rules, ends: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    """Return the parameter tables of a contact and, as one list, the weights of each channel by age.

    Each channel has the same number of `ages`, the last of which weighs nothing and stands for all that is older. A
    list is read several times faster than a joined table.
    """
    half_life = rules.interaction.half_life.days
    found = [decays(half_life, weight) for _, weight in channels_that_weigh(rules)]
    ages = max(map(len, found), default=0) + 1
    weights = [weight for one in found for weight in (*one, *([0] * (ages - len(one))))]
    decay = pl.DataFrame(
        {"ages": [ages], "weights": [weights or [0]]}, schema={"ages": pl.Int64, "weights": pl.List(pl.Int64)}
    )
    return {**contact_frames(rules, ends), "interaction_decay": decay}


def contacts(tables: "Tables", rows: "ibis.Table") -> "ibis.Table":
    """Return the contacts among rows of `interactions`, with `code` of the channel and `substantive`."""
    flagged = rows.inner_join(tables["interaction_channels"], "channel").cross_join(tables["interaction_style"])
    shared = carries(flagged.flags, flagged.substantive_flags)
    return flagged.mutate(substantive=shared).drop("substantive_flags")


def both_sides(rows: "ibis.Table") -> "ibis.Table":
    """Return rows of `interactions` and each of them once more as who was opposite saw it.

    A talk between two members is one row, of the one who was touched; it is a contact of both. Who started it for the
    one (`out`) was started by the other (`in`).
    """
    import ibis

    opposite = rows.filter(rows.other.notnull() & (rows.other != rows.member))
    direction = ibis.ifelse(opposite.direction == "out", "in", "out")
    turned = opposite.mutate(member=opposite.other, other=opposite.member, direction=direction)
    return rows.union(turned.select(*rows.columns))


@relation(
    "view.contact",
    subject="member",
    reads=("interactions",),
    params=CHANNELS | STYLE | DECAY,
    frames=weighed_frames,
    facts=OF_BOTH,
    source="DOMAIN R4, §2.4",
)
def contact(tables: "Tables") -> "ibis.Table":
    """What each contact weighs at each end, for both who met; a channel that weighs nothing makes no contact.

    Columns: fact, member, other, direction, channel, flags, replies_to, occasion, topic, minutes, precision,
    occurred_at, recorded_at, on; end, as_of, known_at, today; `age` (whole days), `weight` (channel weight × decay,
    integer of 10⁻⁹), `substantive`.
    """
    import ibis

    rows = both_sides(tables["interactions"])
    found = contacts(tables, visible(rows, tables["ends"])).cross_join(tables["interaction_decay"])
    aged = found.mutate(age=age_of(found))
    place = (aged.code * aged.ages + ibis.least(aged.age, aged.ages - 1)).cast("int32")  # what Spark counts places by
    return aged.mutate(weight=aged.weights[place]).select(
        *("fact", "member", "other", "direction", "channel", "flags", "replies_to", "occasion", "topic", "minutes"),
        *("precision", "occurred_at", "recorded_at", "on", "end", "as_of", "known_at", "today"),
        *("age", "weight", "substantive"),
    )


@reduction("interaction.sums", reads=("view.contact",), subject="member")
def sums(tables: "Tables") -> "ibis.Table":
    """Return what each member's contacts add up to at each end.

    Columns: member, end, out_nano, in_nano (decayed weight started by the project and by the member, integers of 10⁻⁹),
    contacts, first_on, recent, before and past (substantive contacts of the last 90 days, of the 90 days before, and of
    the 90 days that ended a year ago).
    """
    rows = tables["view.contact"]
    recent = rows.substantive & (rows.age < RECENT_DAYS)
    before = rows.substantive & (rows.age >= RECENT_DAYS) & (rows.age < 2 * RECENT_DAYS)
    past = rows.substantive & (rows.age >= YEAR_DAYS) & (rows.age < YEAR_DAYS + RECENT_DAYS)
    return rows.group_by("member", "end").aggregate(
        out_nano=rows.weight.sum(where=rows.direction == "out").fill_null(0),
        in_nano=rows.weight.sum(where=rows.direction == "in").fill_null(0),
        contacts=rows.count(),
        first_on=rows.on.min(),
        recent=recent.cast("int64").sum(),
        before=before.cast("int64").sum(),
        past=past.cast("int64").sum(),
    )


def ties_frames(rules: Rules, ends: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    """Return the parameter tables of a contact and the project's own party, if it has one."""
    project = pl.DataFrame({"project": [rules.community.project]}, schema={"project": pl.String})
    return {**contact_frames(rules, ends), "interaction_project": project}


@reduction(
    "interaction.ties",
    reads=("interactions",),
    params=CHANNELS | STYLE | PROJECT,
    frames=ties_frames,
    facts=(Select("interactions", days=YEAR_DAYS),),
    subject="community",
)
def ties(tables: "Tables") -> "ibis.Table":
    """Return who had substantive contact with whom in the last 365 days; the project itself is nobody's tie.

    Columns: a, b (two parties, a < b), end, n (contacts). Rows without `other` are talks with the project.
    """
    import ibis

    rows = tables["interactions"].filter(lambda t: t.other.notnull() & (t.other != t.member))
    found = contacts(tables, visible(rows, tables["ends"])).cross_join(tables["interaction_project"])
    outside = found.project.isnull() | ((found.other != found.project) & (found.member != found.project))
    recent = found.filter(found.substantive, outside, age_of(found) < YEAR_DAYS)
    pairs = recent.mutate(a=ibis.least(recent.member, recent.other), b=ibis.greatest(recent.member, recent.other))
    return pairs.group_by("a", "b", "end").aggregate(n=pairs.count())
