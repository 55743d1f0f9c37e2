"""What a contribution is worth: `view.credit`, one expression for any set of instants from which it is looked at.

A contribution is judged by the charter version in force when it occurred (`credit_rules.py`). Only decimals and
integers are summed; the root of diminishing types is taken row by row.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from tenfold.facts.rates import LARGEST
from tenfold.facts.relations import visible
from tenfold.mechanisms.distribution.credit_rules import PARAMS, frames, introducing
from tenfold.terms.days import age_of
from tenfold.terms.measure import Select, relation

if TYPE_CHECKING:
    import ibis

POINTS = "decimal(38, 9)"
VOLUME = "decimal(38, 6)"  # points of types that count by their root
MOST = Decimal("99999999999.999999999")  # the largest quantity with nine places
BILLION = 10**9
LIMB = "decimal(19, 6)"
LARGE = 10**7  # a rate from which its decimals no longer count
_WHEN = ("fact", "occurred_at", "recorded_at", "on", "known_on")
_MADE = ("month", "quarter", "stage", "accepted", "fair_minor", "points")
_OWN = ("party", "type", "quantity", "size", "fair_value_minor", "currency", "commitment")
# What decides whether a contribution is accepted, and whether it counts by its value.
TESTED = ("accepts", "needed", "disputes", "rejects", "withdrawn", "window_days", "introduces", "newcomer", "flat")
PASSED = ("over_quarter", "over_stage", "again")  # which cap of its type it is beyond


def credited(
    tables: Mapping[str, "ibis.Table"],
    at: "ibis.Table",
    keys: tuple[str, ...],
) -> "ibis.Table":
    """Return every contribution visible at each row of `at`, with what it is worth there.

    at        one row per instant: `keys`, `as_of`, `known_at`, `today` and whatever else is wanted beside
    returns   the columns of the contribution and of `at`, and `month`, `quarter` (running numbers), `accepted`,
              `points` (decimal(38, 9); null where an exchange rate is missing), `fair_minor` (charter currency)
    """
    judged = accepted(tables, at, keys)
    free = judged.filter(~judged.limited.fill_null(False))
    rows = free.mutate(points=worth(free)).union(limited(judged.filter(judged.limited), keys))
    return _diminished(rows, keys).select(*_WHEN, *_OWN, *at.columns, *_MADE)


def worth(judged: "ibis.Table") -> "ibis.Value":
    """Return the points of contributions without a cap of their type: 0 unless accepted."""
    import ibis

    return ibis.ifelse(judged.accepted, judged.full, 0).cast(POINTS)


def limited(judged: "ibis.Table", keys: tuple[str, ...]) -> "ibis.Table":
    """Add `points` of types with a cap: 0 unless accepted, and 0 beyond what a member may bring in a quarter or stage.

    The earliest count first. Of several introductions of one newcomer, whoever claims them, only the first counts.
    """
    import ibis

    rows = ranked(judged, keys)
    beyond = rows.over_quarter | rows.over_stage | rows.again
    points = ibis.ifelse(beyond | ~rows.accepted, 0, rows.full).cast(POINTS)
    return rows.mutate(points=points).select(*judged.columns, "points")  # `drop` compiles in any order


def ranked(judged: "ibis.Table", keys: tuple[str, ...]) -> "ibis.Table":
    """Say of contributions of types with a cap which cap each is beyond: columns `PASSED`."""
    import ibis

    own = (*keys, "party", "type", "accepted")
    earliest = [judged.occurred_at, judged.fact]
    in_quarter = ibis.row_number().over(ibis.window(group_by=(*own, "quarter"), order_by=earliest))
    in_stage = ibis.row_number().over(ibis.window(group_by=(*own, "stage"), order_by=earliest))
    of_newcomer = ibis.row_number().over(ibis.window(group_by=(*keys, "newcomer", "accepted"), order_by=earliest))
    return judged.mutate(
        over_quarter=(in_quarter >= judged.per_quarter).fill_null(False),
        over_stage=(in_stage >= judged.per_stage).fill_null(False),
        again=judged.newcomer.notnull() & (of_newcomer > 0),
    )


def summed(rows: "ibis.Table", keys: tuple[str, ...], inside: "ibis.BooleanValue") -> "ibis.Table":
    """Return each party's points over the rows that are `inside`: `points`, `n` accepted, `unknown` without a rate.

    Volume counts by its root, as in `_diminished`, with the whole month behind the root whatever part of it is inside.
    """
    import ibis

    part = ibis.ifelse(rows.root.fill_null(False), rows.points, 0).cast(VOLUME)
    rows = _with_limbs(rows.mutate(inside=inside, part=part))
    counted = rows.inside & rows.accepted
    monthly = rows.group_by(*keys, "party", "type", "month", root=rows.root.fill_null(False)).aggregate(
        points=rows.points.sum(where=rows.inside),
        n=counted.cast("int64").sum(),
        unknown=(counted & rows.points.isnull()).cast("int64").sum(),
        seen=rows.inside.cast("int64").max(),
        **{name: term.sum() for name, term in _squares(rows).items()},
        whole=rows.part.sum(),
    )
    seen = monthly.filter(monthly.seen == 1)
    volume = seen.root & (seen.whole > 0)
    rooted = seen.points.cast("float64") * (_root(seen) / seen.whole.cast("float64"))
    total = ibis.ifelse(volume, _in_points(rooted), seen.points.cast(POINTS))
    return (
        seen.mutate(total=total)
        .group_by(*keys, "party")
        .aggregate(points=lambda t: t.total.sum(), n=lambda t: t.n.sum(), unknown=lambda t: t.unknown.sum())
    )


def accepted(
    tables: Mapping[str, "ibis.Table"],
    at: "ibis.Table",
    keys: tuple[str, ...],
    within: tuple[str | None, str] | None = None,
    capped: bool = False,
) -> "ibis.Table":
    """Return every contribution visible at each row of `at`, whether it is accepted, and its points alone (`full`).

    No row looks at another, so that many instants can be asked for at once.

    within    columns of `at` with the first (None: any) and the last quarter (running numbers) of what is wanted
    capped    only types of which any charter version lets a member bring only so many
    """
    given = tables["contributions"]
    if capped:
        types = tables["credit_types"]
        given = given.semi_join(types.filter(types.limited), [given.type == types.typed])
    rows = visible(given.select(*_WHEN, "corrected_at", "because", *_OWN), at)
    rows = rows.mutate(
        month=rows.on.year() * 12 + rows.on.month() - 1, quarter=rows.on.year() * 4 + rows.on.quarter() - 1
    )
    if within is not None:
        first, last = within
        rows = rows.filter(rows.quarter <= rows[last], *([] if first is None else [rows.quarter >= rows[first]]))
    return _judged(_joined(tables, rows, at, keys), at)


def _joined(
    tables: Mapping[str, "ibis.Table"], rows: "ibis.Table", at: "ibis.Table", keys: tuple[str, ...]
) -> "ibis.Table":
    """Return contributions beside what judges them; one chain of joins, no two columns of one name."""
    versions, types, sizes = tables["credit_versions"], tables["credit_types"], tables["credit_sizes"]
    votes, brought, exchange = (
        part.rename({f"{tag}_{key}": key for key in keys})
        for tag, part in (
            ("votes", _votes(tables, at, keys)),
            ("brought", _brought(tables, at, keys)),
            ("rate", _exchange(tables, at, keys)),
        )
    )
    return (
        rows.join(versions, [rows.occurred_at >= versions.valid_from, rows.occurred_at < versions.valid_to])
        .left_join(types, [versions.valid_from == types.type_from, rows.type == types.typed])
        .left_join(
            sizes,
            [versions.valid_from == sizes.size_from, rows.type == sizes.size_type, rows["size"] == sizes.sized],
        )
        .left_join(votes, [*_same(rows, votes, "votes", keys), rows.fact == votes.voted])
        .left_join(
            brought,
            [
                *_same(rows, brought, "brought", keys),
                rows.because == brought.brought_by,
                rows.type == brought.brought_as,
                rows.party != brought.newcomer,
                versions.valid_from == brought.class_from,
            ],
        )
        .left_join(
            exchange,
            [
                *_same(rows, exchange, "rate", keys),
                rows.currency == exchange.foreign,
                rows.on >= exchange.rate_from,
                exchange.rate_until.isnull() | (rows.on < exchange.rate_until),
            ],
        )
    )


def _same(
    rows: "ibis.Table", other: "ibis.Table", tag: str, keys: tuple[str, ...]
) -> list["ibis.expr.types.BooleanValue"]:
    return [rows[key] == other[f"{tag}_{key}"] for key in keys]


def _judged(rows: "ibis.Table", at: "ibis.Table") -> "ibis.Table":
    """Say of each contribution whether it is accepted, and its points before caps and roots (`full`)."""
    import ibis

    heard = {name: rows[name].fill_null(0) for name in ("accepts", "disputes", "rejects", "withdrawn")}
    rows = rows.mutate(**heard, needed=ibis.greatest(rows.attesters, rows.reviewers.fill_null(0)))
    accepted = (
        (rows.accepts >= rows.needed)
        & (rows.disputes + rows.rejects + rows.withdrawn == 0)
        & (age_of(rows, "known_on") >= rows.window_days)
        & (~rows.introduces.fill_null(False) | rows.newcomer.notnull())
    )
    fair = ibis.ifelse(rows.currency == rows.home, rows.fair_value_minor, _converted(rows))
    # Rounding to nine places must not carry the largest quantity over its limit. An introduction is flat (DOMAIN §14,
    # 7): it brings one newcomer, whatever quantity somebody wrote.
    one, all_of_it = (ibis.literal(limit, "decimal(38, 18)") for limit in (Decimal(1), MOST))
    most = ibis.ifelse(rows.introduces.fill_null(False), one, all_of_it)
    quantity = ibis.least(rows.quantity, most).cast("decimal(20, 9)")
    by_unit = (quantity * ibis.coalesce(rows.per_sized, rows.per_unit)).cast(POINTS)
    by_value = (fair.cast("decimal(19, 0)") * rows.per_minor).cast(POINTS)
    worthless = rows.flat.isnull() | (~rows.flat & rows.fair_value_minor.isnull())
    full = ibis.cases((worthless, ibis.literal(0).cast(POINTS)), (rows.flat, by_unit), else_=by_value)
    rules = ("root", "limited", "per_quarter", "per_stage", *TESTED)
    made = ("month", "quarter", "stage")
    return rows.select(*_WHEN, *_OWN, *at.columns, *made, *rules, accepted=accepted, fair_minor=fair, full=full)


def _converted(rows: "ibis.Table") -> "ibis.Value":
    """Return a fair value in the charter's currency; null without a rate, or beyond what a column holds.

    More is not money but a mistyped rate, as in `facts.rates`.
    """
    import ibis

    foreign = rows.fair_value_minor.cast("decimal(19, 0)")
    large = rows.factor >= LARGE
    fine = foreign * ibis.ifelse(large, None, rows.factor).cast("decimal(19, 12)")
    coarse = foreign * ibis.ifelse(large, rows.factor, None).cast("decimal(19, 0)")
    home = ibis.coalesce(fine.cast("decimal(38, 0)"), coarse.cast("decimal(38, 0)"))
    return ibis.ifelse(home.abs() <= LARGEST, home, None).cast("int64")


def _votes(tables: Mapping[str, "ibis.Table"], at: "ibis.Table", keys: tuple[str, ...]) -> "ibis.Table":
    """Return per contribution how many others accept, dispute or reject it, and whether it was withdrawn."""
    import ibis

    columns = ("occurred_at", "recorded_at", "corrected_at", "contribution", "by", "verdict")
    voices = visible(tables["attestations"].select(*columns, voice="fact"), at.select(*keys, "as_of", "known_at"))
    newest = ibis.window(
        group_by=(*keys, "contribution", "by"), order_by=[ibis.desc(voices.occurred_at), ibis.desc(voices.voice)]
    )
    last = voices.select(*keys, "by", "verdict", "contribution", nth=ibis.row_number().over(newest))
    last = last.filter(last.nth == 0)
    whose = tables["contributions"].select(contribution="fact", contributor="party")
    heard = last.join(whose, "contribution")
    other = heard.by != heard.contributor
    said = {
        "accepts": other & (heard.verdict == "accept"),
        "disputes": other & (heard.verdict == "dispute"),
        "rejects": other & (heard.verdict == "reject"),
        "withdrawn": ~other & (heard.verdict == "withdraw"),
    }
    counts = {name: holds.cast("int64").sum() for name, holds in said.items()}
    return heard.group_by(*keys, voted=heard.contribution).aggregate(**counts)


def _brought(tables: Mapping[str, "ibis.Table"], at: "ibis.Table", keys: tuple[str, ...]) -> "ibis.Table":
    """Return the memberships by which an introduction is earned: of a class that is rewarded, of somebody admitted.

    An introduction names by `because` the membership that it brought about; one that names none earns nothing.
    """
    import ibis

    columns = ("occurred_at", "recorded_at", "corrected_at", "state", "fact", "party")
    seen = visible(tables["memberships"].select(*columns, as_class="class"), at.select(*keys, "as_of", "known_at"))
    whole = ibis.window(group_by=(*keys, "party", "as_class"))
    came = seen.mutate(came=seen.state.isin(["probation", "active"]).cast("int64").max().over(whole))
    admitted = came.filter(came.came == 1)
    classes = tables["credit_classes"]
    found = admitted.join(classes, admitted.as_class == classes.brought)
    return found.select(*keys, "class_from", brought_by=found.fact, newcomer=found.party, brought_as=found.class_type)


def _exchange(tables: Mapping[str, "ibis.Table"], at: "ibis.Table", keys: tuple[str, ...]) -> "ibis.Table":
    """Return per currency the rate into the charter's, from its day until the next rate's."""
    import ibis

    columns = ("occurred_at", "recorded_at", "corrected_at", "on", "base", "quote", "rate")
    rates, money = tables["exchange_rates"].select(*columns, rated="fact"), tables["credit_money"]
    seen = visible(rates.filter(rates.rate > 0), at.select(*keys, "as_of", "known_at"))
    pair = ((seen.base == money.foreign) & (seen.quote == money.home)) | (
        (seen.quote == money.foreign) & (seen.base == money.home)
    )
    both = seen.join(money, [pair])
    rate, scale = both.rate.cast("float64"), both.scale.cast("float64")
    newest = ibis.window(
        group_by=(*keys, "foreign", "on"),
        order_by=[ibis.desc(both.occurred_at), ibis.desc(both.recorded_at), ibis.desc(both.rated)],
    )
    daily = both.select(
        *keys,
        "foreign",
        rate_from="on",
        factor=ibis.ifelse(both.base == both.foreign, rate * scale, scale / rate).cast("decimal(38, 12)"),
        nth=ibis.row_number().over(newest),
    )
    daily = daily.filter(daily.nth == 0)
    following = ibis.window(group_by=(*keys, "foreign"), order_by=daily.rate_from)
    return daily.select(*keys, "foreign", "rate_from", "factor", rate_until=daily.rate_from.lead().over(following))


def _diminished(rows: "ibis.Table", keys: tuple[str, ...]) -> "ibis.Table":
    """Let volume count by its root: a member's points p of one such type in one month give √Σp² together.

    n equal ones give √n times the points of one, and each keeps its part in proportion; one more, however small, never
    lowers the sum.
    """
    import ibis

    counted = rows.root.fill_null(False) & (rows.points > 0)
    parted = _with_limbs(rows.mutate(part=ibis.ifelse(counted, rows.points, 0).cast(VOLUME)))
    month = ibis.window(group_by=(*keys, "party", "type", "month"))
    summed = parted.mutate(
        **{name: term.sum().over(month) for name, term in _squares(parted).items()},
        whole=parted.part.sum().over(month),
    )
    rooted = summed.points.cast("float64") * (_root(summed) / summed.whole.cast("float64"))
    still = summed.root.fill_null(False) & (summed.points > 0)
    return summed.mutate(points=ibis.ifelse(still, _in_points(rooted), summed.points))


def _in_points(number: "ibis.Value") -> "ibis.Value":
    """Return a float as points: what is whole in it apart, for engines scale a large one by a float as they cast it."""
    whole = number.floor()
    return (whole.cast("decimal(38, 0)").cast(POINTS) + (number - whole).cast(POINTS)).cast(POINTS)


def _with_limbs(rows: "ibis.Table") -> "ibis.Table":
    """Add `upper` and `lower` to points of volume: `part` = upper × 10⁹ + lower.

    Squares of whole points above 10⁹ would not fit a decimal, and an engine must not sum floats.
    """
    billions = (rows.part.cast("float64") / BILLION).round()
    upper = rows.mutate(upper=billions.cast("decimal(13, 0)"))
    return upper.mutate(lower=(upper.part - upper.upper * BILLION).cast(LIMB))


def _squares(rows: "ibis.Table") -> dict[str, "ibis.Value"]:
    """Return the terms of part²: the squares of the upper and the lower limb, and their product."""
    upper, lower = rows.upper.cast(LIMB), rows.lower.cast(LIMB)
    return {
        "uppers": (upper * upper).cast("decimal(38, 0)"),
        "mixed": (upper * lower).cast(VOLUME),
        "lowers": (lower * lower).cast("decimal(38, 12)"),
    }


def _root(summed: "ibis.Table") -> "ibis.Value":
    """Return √Σp² from the sums of its terms."""
    upper, mixed, lower = (summed[name].cast("float64") for name in ("uppers", "mixed", "lowers"))
    return (upper * float(BILLION) ** 2 + mixed * 2 * float(BILLION) + lower).sqrt()


@relation(
    "credit.accepted",
    subject="party",
    reads=("contributions", "attestations", "memberships", "exchange_rates"),
    params=PARAMS,
    frames=frames,
    facts=(
        Select("contributions", subject="party"),
        Select("attestations"),
        Select("memberships"),
        Select("exchange_rates"),
    ),
    source="DOMAIN §2.6",
)
def accepted_credit(tables: Mapping[str, "ibis.Table"]) -> "ibis.Table":
    """What `view.credit` says of each contribution but caps and roots: for counting over many ends.

    Columns: fact, party, type, quantity, size, commitment, currency, fair_value_minor, occurred_at, recorded_at, on;
    end, as_of, known_at, today; `accepted` (enough accepts by others, nobody against, dispute window over), `full`
    (points alone, accepted or not), `fair_minor` (fair value in the charter's currency).
    """
    return accepted(tables, tables["ends"], ("end",))


@relation(
    "view.credit",
    subject="party",
    reads=("contributions", "attestations", "memberships", "exchange_rates"),
    params=PARAMS,
    frames=frames,
    facts=(
        Select("contributions", subject="party"),
        Select("contributions", keep=introducing),
        Select("attestations"),
        Select("memberships"),
        Select("exchange_rates"),
    ),
    source="DOMAIN §2.6; root of squares for mixed sizes [C]",
)
def credit(tables: Mapping[str, "ibis.Table"]) -> "ibis.Table":
    """What each contribution is worth at each end (never fetched as a whole).

    Columns: fact, party, type, quantity, size, commitment, currency, fair_value_minor, occurred_at, recorded_at, on;
    end, as_of, known_at, today; `accepted` (enough accepts by others, nobody against, dispute window over), `points`
    (decimal(38, 9); 0 unless accepted), `fair_minor` (fair value in the charter's currency), `month`, `quarter`
    (running numbers), `stage`.
    """
    return credited(tables, tables["ends"], ("end",))
