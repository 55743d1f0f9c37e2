"""What was known when a pool was approved: its terms, points, members, links and sanctions, seen from its own instant.

A pool that was approved keeps looking from that approval (`occurred_at` and `recorded_at` up to it), so that a later
correction never changes what was paid; before that it looks from the end that is asked for. Beside it stands the same
pool seen with what has become known since: what differs is for people to settle. A layer by points that has no pool yet
stands as a pool of its own name, from the beginning until today.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from tenfold.facts.links import CONFIRM, ROLES
from tenfold.facts.relations import visible
from tenfold.facts.views import MEMBER_STATES
from tenfold.mechanisms.distribution.credit import PASSED, TESTED, accepted, limited, ranked, summed, worth
from tenfold.mechanisms.distribution.credit_rules import PARAMS, frames, introducing
from tenfold.terms.measure import Select, reduction
from tenfold.terms.rules import Rules

if TYPE_CHECKING:
    import ibis

KEYS = ("end", "pool")
JUDGED = ("occurred_at", "recorded_at", "fact")
WHEN = (*JUDGED, "corrected_at")
APPROVED = ("approved", "exported", "receipted")
INSIDE = (*MEMBER_STATES, "exiting")  # who is leaving has not left
LAYERS: Mapping[str, Mapping[str, str]] = {"points_layers": {"layer": "string"}}
LATER = "/later"  # behind a pool's key: the same pool, seen with what has become known since its approval
LOOKING = ("as_of", "known_at", "said_at")  # instants from which a pool looks: of one that is not approved the end's
STOOD = ("layer", "amount_minor", "currency", "period_start", "period_end")  # what a later row cannot change


def as_approved(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of pools as they look by themselves, without those seen later."""
    return rows.filter(~pl.col("pool").str.ends_with(LATER))


def layer_frames(rules: Rules, ends: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    """Return the layers that are shared by points."""
    layers = [layer.id for layer in rules.distribution.layers if layer.by == "points"]
    return {"points_layers": pl.DataFrame({"layer": layers}, schema={"layer": pl.String})}


def all_frames(rules: Rules, ends: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    """Return the layers by points and the parameter tables of `view.credit`."""
    return {**layer_frames(rules, ends), **frames(rules, ends)}


def terms(tables: Mapping[str, "ibis.Table"]) -> "ibis.Table":
    """Return the living pools at each end with the instants from which each looks, and layers by points without one.

    Columns: end, pool, layer, amount_minor, currency, period_start, period_end (as they stood at the approval), state,
    fact (its current row), declared_at, approved_at (null before), as_of and known_at (what happened by when, known by
    when), said_at and today (what was said of it by when), has_pool, of.

    An approved pool has a second row, `POOL/later`, without `has_pool` and with `of`: the same pool by what is known at
    the end. Who was a member, who is connected and which tests held stay those of the approval's day; what is said of
    the period later (contributions, attestations, appeals) counts.
    """
    import ibis

    pools = _pools(tables)
    later = pools.filter(pools.approved_at.notnull())
    looked = later.mutate(
        pool=later.pool.concat(LATER), known_at=later.end_known_at, said_at=later.end_as_of, today=later.end_today,
        has_pool=False, of=later.pool,
    )  # fmt: skip
    own = pools.mutate(of=ibis.null("string"))
    both = own.union(looked.select(own.columns))
    columns = [name for name in own.columns if not name.startswith("end_")]
    return both.select(columns).union(_open_layers(tables, pools).select(columns))


def _pools(tables: Mapping[str, "ibis.Table"]) -> "ibis.Table":
    """Return the living pools at each end, with the end's own instants beside."""
    import ibis

    seen = visible(tables["pools"], tables["ends"])
    signed = seen.state.isin(APPROVED)
    times = seen.group_by(*KEYS).aggregate(
        declared_at=seen.occurred_at.min(),
        approved_at=seen.occurred_at.min(where=signed),
        approved_on=seen.on.min(where=signed),
    )
    rows = seen.join(times, list(KEYS))
    now = rows.mutate(nth=_newest(rows)).filter(lambda t: (t.nth == 0) & (t.state != "cancelled"))
    before = rows.filter(rows.approved_at.isnull() | (rows.occurred_at <= rows.approved_at))
    stood = before.mutate(nth=_newest(before)).filter(lambda t: t.nth == 0)
    stood = stood.select(*KEYS, *STOOD)
    others = [name for name in now.columns if name not in STOOD]
    joined = now.select(others).join(stood, list(KEYS))
    instant, known = (ibis.coalesce(joined.approved_at, joined[name]) for name in ("as_of", "known_at"))
    return joined.select(
        *KEYS, *STOOD, "state", "fact", "declared_at", "approved_at", as_of=instant, known_at=known, said_at=instant,
        today=ibis.coalesce(joined.approved_on, joined.today), has_pool=ibis.literal(True),
        end_as_of=joined.as_of, end_known_at=joined.known_at, end_today=joined.today,
    )  # fmt: skip


def _open_layers(tables: Mapping[str, "ibis.Table"], pools: "ibis.Table") -> "ibis.Table":
    import ibis

    crossed = tables["points_layers"].cross_join(tables["ends"])
    free = crossed.anti_join(pools, ["end", "layer"])
    free = free.anti_join(pools, ["end", ("layer", "pool")])
    text, instant = ibis.null("string"), ibis.null("timestamp('UTC', 6)")
    return free.select(
        "end", pool=free.layer, layer=free.layer, amount_minor=ibis.null("int64"), currency=text,
        period_start=ibis.date(1, 1, 1), period_end=free.today, state=text, fact=text, declared_at=instant,
        approved_at=instant, as_of=free.as_of, known_at=free.known_at, said_at=free.as_of,
        today=free.today, has_pool=ibis.literal(False), of=text,
    )  # fmt: skip


def _at(tables: Mapping[str, "ibis.Table"]) -> "ibis.Table":
    """Return from where each pool looks at what happened: who was a member, who is connected."""
    return terms(tables).select(*KEYS, "as_of", "known_at", "today", "period_start", "period_end")


def _said(tables: Mapping[str, "ibis.Table"], whole: bool = True) -> "ibis.Table":
    """Return from where each pool looks at what is said of its period: contributions, attestations, appeals.

    whole   with layers that have no pool, and with pools as they are seen later
    """
    rows = terms(tables)
    rows = rows if whole else rows.filter(rows.has_pool)
    return rows.select(*KEYS, "known_at", "today", "period_start", "period_end", as_of="said_at")


@reduction(
    "pool.terms",
    reads=("pools",),
    params=LAYERS,
    frames=layer_frames,
    facts=(Select("pools", subject="pool"),),
    subject="pool",
)
def pool_terms(tables: Mapping[str, "ibis.Table"]) -> "ibis.Table":
    """One row per pool, or layer by points without a pool, and end: see `terms`.

    Without the instants from which pools look: one that is not approved looks from the end, and a result that held
    those of an end would keep them for later cycles of the day.
    """
    rows = terms(tables)
    return rows.select(*(name for name in rows.columns if name not in LOOKING))  # `drop` compiles in any order


BEHIND_POINTS = (
    Select("contributions", subject="party", ever=True),
    Select("attestations", ever=True),
    Select("memberships", ever=True),
    Select("exchange_rates", ever=True),
    Select("pools", subject="pool"),
)


def _with_quarters(at: "ibis.Table") -> "ibis.Table":
    """Return each pool's instant with the first and the last quarter (running numbers) that its period touches."""
    return at.mutate(
        first_quarter=at.period_start.year() * 4 + at.period_start.quarter() - 1,
        last_quarter=at.period_end.year() * 4 + at.period_end.quarter() - 1,
    )


BEHIND_INTRODUCING = (*BEHIND_POINTS, Select("contributions", keep=introducing, ever=True))


@reduction(
    "pool.points",
    reads=("contributions", "attestations", "memberships", "exchange_rates", "pools"),
    params={**LAYERS, **PARAMS},
    frames=all_frames,
    facts=BEHIND_POINTS,
    subject="member × pool",
    alone=True,
)
def pool_points(tables: Mapping[str, "ibis.Table"]) -> "ibis.Table":
    """Points of each party in each pool's period, types without a cap: end, pool, party, points, n, unknown.

    `points` is decimal(38, 9), `n` counts the accepted, `unknown` those without an exchange rate. Roots count whole
    months, so the quarters around the period are looked at, and not more.
    """
    judged = accepted(tables, _with_quarters(_said(tables)), KEYS, within=("first_quarter", "last_quarter"))
    free = judged.filter(~judged.limited.fill_null(False))
    rows = free.mutate(points=worth(free))
    return summed(rows, KEYS, (rows.on >= rows.period_start) & (rows.on <= rows.period_end))


@reduction(
    "pool.limited",
    reads=("contributions", "attestations", "memberships", "exchange_rates", "pools"),
    params={**LAYERS, **PARAMS},
    frames=all_frames,
    facts=BEHIND_INTRODUCING,
    subject="member × pool",
    alone=True,
)
def pool_limited(tables: Mapping[str, "ibis.Table"]) -> "ibis.Table":
    """The same for types of which a member may bring only so many; apart, for ranking every row would cost most.

    A cap counts what its own quarter or stage holds, which may have begun long before the pool's period.
    """
    judged = accepted(tables, _with_quarters(_said(tables)), KEYS, within=(None, "last_quarter"), capped=True)
    rows = limited(judged.filter(judged.limited), KEYS)
    return summed(rows, KEYS, (rows.on >= rows.period_start) & (rows.on <= rows.period_end))


UNEARNED = (
    *(*KEYS, "today", *JUDGED, "on", "known_on", "party", "type", "fair_value_minor"),
    *("per_quarter", "per_stage", *TESTED, *PASSED),
)


@reduction(
    "pool.unearned",
    reads=("contributions", "attestations", "memberships", "exchange_rates", "pools"),
    params={**LAYERS, **PARAMS},
    frames=all_frames,
    facts=BEHIND_INTRODUCING,
    subject="member × pool",
    alone=True,
)
def pool_unearned(tables: Mapping[str, "ibis.Table"]) -> "ibis.Table":
    """Every contribution in a pool's period that earns no points there, with what it was tested on.

    Columns `UNEARNED`. One whose worth nobody knows yet, for want of an exchange rate, is not among them.
    """
    import ibis

    at = _with_quarters(_said(tables, whole=False))
    judged = accepted(tables, at, KEYS, within=("first_quarter", "last_quarter"))
    free = judged.filter(~judged.limited.fill_null(False))
    free = free.filter(~free.accepted | (free.full == 0)).mutate(**dict.fromkeys(PASSED, ibis.literal(False)))
    capped = accepted(tables, at, KEYS, within=(None, "last_quarter"), capped=True)
    capped = ranked(capped.filter(capped.limited), KEYS)
    beyond = capped.over_quarter | capped.over_stage | capped.again
    capped = capped.filter(~capped.accepted | (capped.full == 0) | beyond)
    inside = [part.filter((part.on >= part.period_start) & (part.on <= part.period_end)) for part in (free, capped)]
    first, second = (part.select(*UNEARNED) for part in inside)
    return first.union(second)


@reduction(
    "pool.members",
    reads=("memberships", "pools"),
    params=LAYERS,
    frames=layer_frames,
    facts=(
        Select("memberships", subject="party", ever=True),
        Select("pools", subject="pool"),
    ),
    subject="member × pool",
    alone=True,
)
def pool_members(tables: Mapping[str, "ibis.Table"]) -> "ibis.Table":
    """Whether each party was a member at the pool's period end or instant (`inside`), how and when a leaver left."""
    import ibis

    columns = ("party", "class", "state", "leaver", "on", "occurred_at", "recorded_at", "corrected_at", "fact")
    seen = visible(tables["memberships"].select(*columns), _at(tables))
    late = [ibis.desc(seen.occurred_at), ibis.desc(seen.recorded_at), ibis.desc(seen.fact)]
    by_then = seen.on <= seen.period_end
    now = ibis.row_number().over(ibis.window(group_by=(*KEYS, "party", "class"), order_by=late))
    then = ibis.row_number().over(ibis.window(group_by=(*KEYS, "party", "class", by_then), order_by=late))
    rows = seen.mutate(now=now == 0, then=by_then & (then == 0))
    counts = (rows.now | rows.then) & rows.state.isin(INSIDE)
    left = rows.now & (rows.state == "alumni")
    return rows.group_by(*KEYS, "party").aggregate(
        inside=counts.cast("int64").max(),
        leaver=ibis.ifelse(left, rows.leaver.fill_null("neutral"), None).max(),
        left_on=ibis.ifelse(left, rows.on, None).max(),
        left_at=ibis.ifelse(left, rows.occurred_at, None).max(),
    )


@reduction(
    "pool.linked",
    reads=("group_links", "pools"),
    params=LAYERS,
    frames=layer_frames,
    facts=(Select("group_links", ever=True), Select("pools", subject="pool")),
    subject="member × pool",
    alone=True,
)
def pool_linked(tables: Mapping[str, "ibis.Table"]) -> "ibis.Table":
    """Every link between parties as known at each pool's instant: what `facts.links` judges."""
    columns = ("party", "other", "relation", "share", "until", "recorded_by", "because")
    return visible(tables["group_links"].select(*WHEN, *columns), _at(tables)).select(*KEYS, *JUDGED, *columns)


@reduction(
    "pool.offices",
    reads=("role_terms", "pools"),
    params=LAYERS,
    frames=layer_frames,
    facts=(Select("role_terms", keep={"role": ROLES}, ever=True), Select("pools", subject="pool")),
    subject="member × pool",
    alone=True,
)
def pool_offices(tables: Mapping[str, "ibis.Table"]) -> "ibis.Table":
    """Every term of those who may confirm a link, or not, as known at each pool's instant."""
    columns = ("on", "party", "role", "until")
    terms = tables["role_terms"].filter(lambda t: t.role.isin(ROLES)).select(*WHEN, *columns)
    return visible(terms, _at(tables)).select(*KEYS, *JUDGED, *columns)


@reduction(
    "pool.confirmed",
    reads=("decision_acts", "group_links", "pools"),
    params=LAYERS,
    frames=layer_frames,
    facts=(Select("decision_acts", keep={"act": (CONFIRM,)}, ever=True), Select("pools", subject="pool")),
    subject="member × pool",
    alone=True,
)
def pool_confirmed(tables: Mapping[str, "ibis.Table"]) -> "ibis.Table":
    """Every confirmation of a link as known at each pool's instant."""
    columns = ("decision", "act", "by", "because")
    links = tables["group_links"]
    names = links.select(name="fact").union(links.filter(links.because.notnull()).select(name="because")).distinct()
    acts = tables["decision_acts"].filter(lambda t: t.act == CONFIRM).select(*WHEN, *columns)
    named, caused = acts.semi_join(names, [("decision", "name")]), acts.semi_join(names, [("because", "name")])
    return visible(named.union(caused, distinct=True), _at(tables)).select(*KEYS, *JUDGED, *columns)


@reduction(
    "pool.merges",
    reads=("parties", "pools"),
    params=LAYERS,
    frames=layer_frames,
    facts=(Select("parties", ever=True), Select("pools", subject="pool")),
    subject="member × pool",
    alone=True,
)
def pool_merges(tables: Mapping[str, "ibis.Table"]) -> "ibis.Table":
    """Records that are merged into another as known at each pool's instant: party, other."""
    parties = visible(tables["parties"].select(*WHEN, "party", "merged_into"), _at(tables))
    latest = parties.mutate(nth=_newest(parties, "party")).filter(lambda t: (t.nth == 0) & t.merged_into.notnull())
    return latest.select(*KEYS, "party", other="merged_into")


@reduction(
    "pool.sanctions",
    reads=("sanctions", "pools"),
    params=LAYERS,
    frames=layer_frames,
    facts=(Select("sanctions", subject="party", ever=True), Select("pools", subject="pool")),
    subject="member × pool",
    alone=True,
)
def pool_sanctions(tables: Mapping[str, "ibis.Table"]) -> "ibis.Table":
    """Every row of a sanction as known at each pool's instant: what `facts.standing` judges."""
    columns = ("on", "sanction", "party", "level", "state", "until", "by", "recorded_by", "commitment")
    return visible(tables["sanctions"].select(*WHEN, *columns), _at(tables)).select(*KEYS, *JUDGED, *columns)


@reduction(
    "pool.appeals",
    reads=("appeals", "pools"),
    params=LAYERS,
    frames=layer_frames,
    facts=(Select("appeals", ever=True), Select("pools", subject="pool")),
    subject="member × pool",
    alone=True,
)
def pool_appeals(tables: Mapping[str, "ibis.Table"]) -> "ibis.Table":
    """Every row of an appeal as known at each pool's instant."""
    columns = ("on", "appeal", "party", "against", "state", "panel", "recorded_by")
    return visible(tables["appeals"].select(*WHEN, *columns), _said(tables)).select(*KEYS, *JUDGED, *columns)


def _newest(rows: "ibis.Table", *by: str) -> "ibis.IntegerValue":
    import ibis

    order = [ibis.desc(rows.occurred_at), ibis.desc(rows.recorded_at), ibis.desc(rows.fact)]
    return ibis.row_number().over(ibis.window(group_by=(*KEYS, *by), order_by=order))


SPECS = (
    pool_terms,
    pool_points,
    pool_limited,
    pool_unearned,
    pool_members,
    pool_linked,
    pool_offices,
    pool_confirmed,
    pool_merges,
    pool_sanctions,
    pool_appeals,
)
