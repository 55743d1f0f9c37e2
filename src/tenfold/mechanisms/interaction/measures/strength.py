"""How strong each tie is: intensity, reciprocity, quality, duration, and their weighted sum."""

from collections.abc import Mapping
from math import log
from typing import TYPE_CHECKING

import polars as pl

from tenfold.facts.relations import visible
from tenfold.mechanisms.interaction.measures.contact import (
    CHANNELS,
    NANO,
    OF_BOTH,
    STYLE,
    both_sides,
    contact_frames,
    contacts,
)
from tenfold.mechanisms.interaction.measures.people import subjects
from tenfold.terms.days import age_of, days_between
from tenfold.terms.measure import Facts, measure, reduction
from tenfold.terms.rules import Rules

if TYPE_CHECKING:
    import ibis

    Tables = Mapping[str, ibis.Table]

KAPPA = 3.0  # weight at which intensity is 1 − 1/e
LAST_CONTACTS = 10
RECENT_DAYS = 180  # most relations have their last ten contacts in it, which saves ranking everything
FOLLOW_UP_AFTER_DAYS = 14
MONTH_DAYS = 30.4375
MONTHS_FULL = 24
PARTS = ("intensity", "reciprocity", "quality", "duration")
MINIMUM = "1 contact"
KEY = ["end", "subject"]


def _last_ten(rows: "ibis.Table") -> "ibis.Table":
    import ibis

    # Of contacts at one instant the substantive ones count first: no need to sort by fact.
    newest_first = ibis.window(
        group_by=["member", "end"], order_by=[ibis.desc("occurred_at"), ibis.desc("substantive")]
    )
    ranked = rows.mutate(nth=ibis.row_number().over(newest_first)).filter(lambda t: t.nth < LAST_CONTACTS)
    return ranked.group_by("member", "end").aggregate(
        of=ranked.count(), substantive=ranked.substantive.cast("int64").sum()
    )


@reduction(
    "interaction.last_ten",
    reads=("interactions",),
    params=CHANNELS | STYLE,
    frames=contact_frames,
    facts=OF_BOTH,
    subject="member",
)
def last_ten(tables: "Tables") -> "ibis.Table":
    """Return what the last ten contacts of each member were: member, end, of (how many there are), substantive.

    The last 180 days are ranked first; the rest of the history is read only for those with fewer than ten in it.
    """
    seen = contacts(tables, visible(both_sides(tables["interactions"]), tables["ends"]))
    lately = age_of(seen) < RECENT_DAYS
    # Few and narrow columns: an engine keeps this in memory, for it is read twice.
    found = seen.select("member", "end", "occurred_at", "substantive", lately=lately)
    recent = _last_ten(found.filter(found.lately))
    enough = recent.filter(recent.of == LAST_CONTACTS)
    return enough.union(_last_ten(found.anti_join(enough.select("member", "end"), ["member", "end"])))


def _of_subjects(facts: Facts, found: pl.DataFrame) -> pl.DataFrame:
    """Return one row per subject and end with what `found` knows of it."""
    return subjects(facts).join(found.rename({"member": "subject"}), on=KEY, how="left", maintain_order="left")


@measure(
    "rel.intensity",
    unit="ratio",
    direction="up",
    subject="member",
    reads=("interaction.sums", "view.member", "view.deal"),
    minimum=MINIMUM,
    source="Granovetter 1973; Gilbert & Karahalios 2009",
    pointer="/interaction/half_life",
    parts={"ours": "number", "theirs": "number"},
)
def intensity(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """How much contact there is lately: 1 − exp(−(Out + In) ÷ 3), Out and In the sums of decayed channel weights."""
    rows = _of_subjects(facts, facts.read("interaction.sums"))
    both = (pl.col("out_nano") + pl.col("in_nano")) / NANO
    sides = {"ours": pl.col("out_nano") / NANO, "theirs": pl.col("in_nano") / NANO}
    return rows.select("subject", "end", value=1 - (-both / KAPPA).exp(), n="contacts", **sides)


@measure(
    "rel.reciprocity",
    unit="ratio",
    direction="up",
    subject="member",
    reads=("interaction.sums", "view.member", "view.deal"),
    minimum=MINIMUM,
    source="Squartini et al. 2013",
    pointer="/interaction/half_life",
    parts={"less": "number", "more": "number"},
)
def reciprocity(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """How two-sided the contact is: the smaller ÷ the larger of Out and In. Nothing left of either: insufficient."""
    rows = _of_subjects(facts, facts.read("interaction.sums"))
    low, high = (edge("out_nano", "in_nano") for edge in (pl.min_horizontal, pl.max_horizontal))
    sides = {"less": low / NANO, "more": high / NANO}
    return rows.select("subject", "end", value=pl.when(high > 0).then(low / high), n="contacts", **sides)


@measure(
    "rel.quality",
    unit="ratio",
    direction="up",
    subject="member",
    reads=("interaction.last_ten", "interaction.questions", "view.member", "view.deal"),
    minimum=MINIMUM,
    source="DOMAIN §2.4; 14 days [C]",
    pointer="/interaction/substantive_if_any",
    ways=("promised", "nothing_promised"),
    parts={"substantive": "count", "done": "count", "promised": "count"},
)
def quality(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Share of the last ten contacts that were substantive × share of promised follow-ups that were done.

    A follow-up promised more than 14 days ago is done when a later contact replies to that row; none promised counts as
    all done.
    """
    rows = _of_subjects(facts, facts.read("interaction.last_ten"))
    old = days_between("on", "today") > FOLLOW_UP_AFTER_DAYS
    promised = facts.read("interaction.questions").filter("promises").join(ends.select("end", "today"), on="end")
    kept = pl.col("person_at").is_not_null()
    done = promised.filter(old).group_by("end", subject="member")
    joined = rows.join(done.agg(share=kept.mean(), done=kept.sum(), promised=pl.len()), on=KEY, how="left")
    value = pl.col("substantive") / pl.col("of") * pl.col("share").fill_null(1.0)
    return joined.select(
        "subject",
        "end",
        "substantive",
        pl.col("done", "promised").fill_null(0),
        value=value,
        n="of",
        way=pl.when(pl.col("share").is_null()).then(pl.lit("nothing_promised")).otherwise(pl.lit("promised")),
    )


@measure(
    "rel.duration",
    unit="ratio",
    direction="up",
    subject="member",
    reads=("interaction.sums", "view.member", "view.deal"),
    minimum=MINIMUM,
    source="24 months [C]",
    parts={"months": "months", "since": "date"},
)
def duration(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """How long the tie is: ln(1 + months since the first contact) ÷ ln 25, at most 1; a month is 30.4375 days."""
    rows = _of_subjects(facts, facts.read("interaction.sums")).join(ends.select("end", "today"), on="end")
    months = days_between("first_on", "today") / MONTH_DAYS
    value = (months.log1p() / log(1 + MONTHS_FULL)).clip(upper_bound=1.0)
    return rows.select("subject", "end", value=value, n="contacts", months=months, since="first_on")


@measure(
    "rel.strength",
    unit="ratio",
    direction="up",
    subject="member",
    reads=tuple(f"rel.{part}" for part in PARTS),
    minimum=f"{MINIMUM}: unknown is not 0",
    source="weights [C]; DOMAIN §2.4",
    pointer="/interaction/strength_weights",
    parts=dict.fromkeys(PARTS, "ratio") | {f"{part}_weight": "number" for part in PARTS},
)
def strength(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Strength of the tie: the four parts weighted by the charter, ÷ 100. Somebody never contacted has none, not 0."""
    weights = rules.interaction.strength_weights
    rows = facts.read("rel.intensity").select("subject", "end", "n", intensity="value")
    for part in PARTS[1:]:
        rows = rows.join(facts.read(f"rel.{part}").select("subject", "end", pl.col("value").alias(part)), on=KEY)
    whole = pl.sum_horizontal(pl.col(part) * getattr(weights, part) for part in PARTS)
    known = pl.all_horizontal(pl.col(part).is_not_null() for part in PARTS)
    weighed = {f"{part}_weight": pl.lit(float(getattr(weights, part))) for part in PARTS}
    return rows.select("subject", "end", "n", *PARTS, value=pl.when(known).then(whole / 100), **weighed)
