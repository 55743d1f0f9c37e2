"""Who is owed a conversation, and whose silence is no longer ordinary."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from tenfold.facts.relations import visible
from tenfold.mechanisms.interaction.measures.contact import (
    CHANNELS,
    OF_BOTH,
    STYLE,
    both_sides,
    contact_frames,
    contacts,
)
from tenfold.mechanisms.interaction.measures.people import members, subjects
from tenfold.methods.renewal import PRIOR_GAPS
from tenfold.terms.days import days_between
from tenfold.terms.measure import Facts, Select, measure, reduction
from tenfold.terms.rules import Rules

if TYPE_CHECKING:
    import ibis

    Tables = Mapping[str, ibis.Table]

KEY = ["end", "subject"]
LATE_AT = 1.5  # overdue from which a contact is late, and a member dormant
DORMANT_MEMBERS = 5
SEGMENT_MEMBERS = 5
CONTACTS_AT_LEAST = 3
NEWEST = {"interaction_newest": {"end": "int32", "as_of": "timestamp('UTC', 6)", "known_at": "timestamp('UTC', 6)"}}


def newest_frames(rules: Rules, ends: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    """Return the parameter tables of a contact and the newest of the ends."""
    return {
        **contact_frames(rules, ends),
        "interaction_newest": ends.sort("as_of", "end").tail(1).select("end", "as_of", "known_at"),
    }


@reduction(
    "interaction.last_substantive",
    reads=("interactions",),
    params=CHANNELS | STYLE | NEWEST,
    frames=newest_frames,
    facts=OF_BOTH,
    subject="member",
    latest=True,
)
def last_substantive(tables: "Tables") -> "ibis.Table":
    """Return the fact of each member's last substantive contact at the newest end alone: member, end, on, fact.

    Of several on that day the smallest id is named. Older ends of a history name no fact: nobody asks each of them why.
    """
    rows = both_sides(tables["interactions"]).filter(lambda t: t.precision.isnull() | (t.precision != "before"))
    found = contacts(tables, visible(rows, tables["interaction_newest"])).filter(lambda t: t.substantive)
    last = found.group_by("member").aggregate(last_on=found.on.max())
    there = found.inner_join(last, [found.member == last.member, found.on == last.last_on])
    return there.group_by("member", "end", "on").aggregate(fact=there.fact.min())


@reduction(
    "interaction.first_contacts",
    reads=("interactions",),
    params=CHANNELS | STYLE | NEWEST,
    frames=newest_frames,
    facts=(Select("interactions"),),
    subject="community",
)
def first_contacts(tables: "Tables") -> "ibis.Table":
    """Return the contacts with which the record begins, at the newest end: end, substantive, direction, on, fact.

    The first of each direction, of substance or not; of several on that day the smallest id.
    """
    rows = tables["interactions"].filter(lambda t: t.precision.isnull() | (t.precision != "before"))
    found = contacts(tables, visible(rows, tables["interaction_newest"]))
    kind = ("end", "substantive", "direction")
    first = found.group_by(*kind).aggregate(on=found.on.min())
    there = found.semi_join(first, [*kind, "on"])
    return there.group_by(*kind, "on").aggregate(fact=there.fact.min())


def _beginning(facts: Facts, rules: Rules, ends: pl.DataFrame, subject: str | None) -> Mapping[str, pl.DataFrame]:
    """Return the contacts with which the record begins, for whoever has none of its own to count from."""
    own = pl.lit(True) if subject is None else pl.col("member") == subject
    met = facts.read("interaction.rhythm").filter(own, pl.col("last_on").is_not_null())
    if subject is not None and met.height:
        return {}
    return {"interactions": facts.read("interaction.first_contacts").select("fact")}


def segments(facts: Facts) -> pl.DataFrame:
    """Return end, subject, segment of every member."""
    return facts.read("view.segment").select("end", "segment", subject="member").unique(KEY, keep="first")


@measure(
    "rel.overdue",
    unit="ratio",
    direction="down",
    subject="member",
    reads=(
        "interaction.rhythm", "interaction.record", "interaction.last_substantive", "interaction.first_contacts",
        "view.segment", "view.clock", "view.member", "view.deal",
    ),
    facts=_beginning,
    covers=("interaction.record", "interaction.first_contacts"),
    minimum="a member of a segment with a cadence; a substantive contact with anybody",
    source="touch plan, DOMAIN §2.4 and R18",
    pointer="/interaction/cadence",
    ways=("met", "never"),
    parts={"passed": "days", "allowed": "days", "since": "date", "segment": "key"},
    quotient=("passed", "allowed"),
)  # fmt: skip
def overdue(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Clock days since the last substantive contact ÷ the cadence of the member's segment.

    1 means that the allowed gap ends today, above 1 a contact is due, above 1.5 late. A member never contacted counts
    from admission, or from the first contact that the community recorded with anybody if that was later: what was never
    written down is no silence. `because` is the contact counted from.
    """
    cadence = {segment: float(gap.days) for segment, gap in rules.interaction.cadence.items()}
    admitted = facts.read("view.member").group_by("end", subject="party").agg(pl.col("admitted_on").min())
    history = facts.read("interaction.rhythm").select("end", "last_on", subject="member")
    fact = facts.read("interaction.last_substantive").select("end", "fact", subject="member")
    rows = subjects(facts).join(ends.select("end", "today"), on="end", maintain_order="left")
    for found in (admitted, history, fact, segments(facts)):
        rows = rows.join(found, on=KEY, how="left", maintain_order="left")
    record = facts.read("interaction.record").filter("substantive").select("end", "begun")
    rows = rows.join(record, on="end", how="left", maintain_order="left")
    never = pl.when(pl.col("begun") > pl.col("admitted_on")).then("begun").otherwise("admitted_on")
    clock = facts.read("view.clock").select("date", "clock")
    since = pl.coalesce("last_on", pl.when(pl.col("begun").is_not_null()).then(never))
    for name, day in (("now", pl.col("today")), ("then", since)):
        days = clock.rename({"date": f"{name}_day", "clock": name})
        rows = rows.with_columns(day.alias(f"{name}_day")).join(
            days, on=f"{name}_day", how="left", maintain_order="left"
        )
    allowed = pl.col("segment").replace_strict(cadence, default=None, return_dtype=pl.Float64)
    because = pl.when(pl.col("last_on").is_not_null()).then(pl.concat_list("fact").list.drop_nulls())
    passed = pl.col("now") - pl.col("then")
    return rows.select(
        "subject",
        "end",
        "segment",
        value=passed / allowed,
        because=because,
        way=pl.when(pl.col("last_on").is_not_null()).then(pl.lit("met")).otherwise(pl.lit("never")),
        passed=passed,
        allowed=allowed,
        since=since,
    )


@measure(
    "rel.p_active",
    unit="probability",
    direction="up",
    subject="member",
    reads=("interaction.rhythm", "view.segment", "view.member", "view.deal"),
    whole=("interaction.rhythm", "view.segment", "view.member"),
    minimum="3 substantive contacts",
    source="gamma–exponential renewal process; prior weight 3 [C]",
    pointer="/interaction/substantive_if_any",
    parts={"silence": "days", "usual": "days", "gaps": "count", "gap_days": "days"},
)
def p_active(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Probability that a gap as long as the present silence is still ordinary: (b ÷ (b + g))^a.

    a = 3 + n and b = 3·m + Σ gaps, with n own gaps between substantive contacts, g days since the last one and m the
    mean gap of the members of its segment (of all members where the segment has fewer than 5).
    """
    rows = gaps(facts, ends)
    rows = rows.join(usual_gaps(rows), on=["end", "segment"], how="left", nulls_equal=True, maintain_order="left")
    prior = PRIOR_GAPS * pl.col("usual") + pl.col("gap_days")
    ordinary = (prior / (prior + pl.col("silence"))) ** (PRIOR_GAPS + pl.col("gaps"))
    known = (pl.col("n") >= CONTACTS_AT_LEAST) & (prior > 0)
    value = pl.when(known).then(ordinary)
    return rows.select(*KEY, "silence", "usual", "gaps", "gap_days", value=value, n=pl.col("n").fill_null(0))


def gaps(facts: Facts, ends: pl.DataFrame) -> pl.DataFrame:
    """Return per subject and end: segment, n contacts, gaps, gap_days (their sum), silence (days since the last)."""
    history = facts.read("interaction.rhythm").select("end", "n", "first_on", "last_on", subject="member")
    rows = subjects(facts).join(history, on=KEY, how="left", maintain_order="left")
    rows = rows.join(segments(facts), on=KEY, how="left", maintain_order="left").join(
        ends.select("end", "today"), on="end"
    )
    inside = members(facts).with_columns(is_member=pl.lit(value=True))
    rows = rows.join(inside, on=KEY, how="left", maintain_order="left")
    rows = rows.with_columns(pl.col("is_member").fill_null(value=False))
    return rows.select(
        *KEY,
        "segment",
        "n",
        "is_member",
        gaps=pl.col("n") - 1,
        gap_days=days_between("first_on", "last_on"),
        silence=days_between("last_on", "today"),
    )


def usual_gaps(rows: pl.DataFrame) -> pl.DataFrame:
    """Return end, segment, usual: the mean gap in days of the segment's members, or of all members below five.

    Only members count; the party of an open deal is measured by those of its segment and adds nothing to them.
    """
    own = rows.filter(pl.col("is_member") & (pl.col("gaps") > 0))
    mean = pl.col("gap_days").sum() / pl.col("gaps").sum()
    community = own.group_by("end").agg(common=mean)
    size = rows.filter("is_member").group_by("end", "segment").agg(size=pl.len())
    found = own.group_by("end", "segment").agg(mean=mean)
    every = rows.select("end", "segment").unique()
    joined = every.join(size, on=["end", "segment"], how="left").join(found, on=["end", "segment"], how="left")
    trusted = pl.when(pl.col("size") >= SEGMENT_MEMBERS).then("mean")
    return joined.join(community, on="end", how="left").select("end", "segment", usual=pl.coalesce(trusted, "common"))


@measure(
    "rel.dormant_share",
    unit="ratio",
    direction="down",
    reads=("rel.overdue", "view.member"),
    minimum="5 members with a cadence",
    source="DOMAIN §2.4; late from 1.5",
    pointer="/interaction/cadence",
    parts={"late": "count"},
    quotient=("late", "n"),
)
def dormant_share(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Share of the members with a cadence whose contact is late (overdue above 1.5)."""
    inside = facts.read("view.member").select("end", subject="party").unique()
    late = facts.read("rel.overdue").filter(pl.col("value").is_not_null()).join(inside, on=KEY, how="semi")
    is_late = pl.col("value") > LATE_AT
    shares = late.group_by("end").agg(n=pl.len(), share=is_late.mean(), late=is_late.sum())
    found = ends.select("end").join(shares, on="end", how="left", maintain_order="left")
    enough = pl.when(pl.col("n") >= DORMANT_MEMBERS).then("share")
    return found.select("end", "late", subject=pl.lit("community"), n=pl.col("n").fill_null(0), value=enough)
