"""What a contribution is worth: `view.credit`, one expression for any set of instants from which it is looked at.

A contribution is judged by the charter version in force when it occurred, so the parameter tables hold one row per
version, or per version and type. Only decimals and integers are summed; the root of diminishing types is taken row by
row.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import iso4217
import polars as pl

from tenfold.facts.relations import visible
from tenfold.terms.durations import Duration
from tenfold.terms.measure import Select, relation
from tenfold.terms.rules import Rules

if TYPE_CHECKING:
    import ibis

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
SECONDS_PER_DAY = 86_400
REVIEWERS = {"accepted_by_two_reviewers": 2}  # the condition `when` of a type that asks for more than one attester

INSTANT = "timestamp('UTC', 6)"
POINTS = "decimal(38, 9)"
RATE = pl.Decimal(18, 9)
PER_MINOR = pl.Decimal(19, 12)
SCALE = pl.Decimal(22, 10)
PARAMS: Mapping[str, Mapping[str, str]] = {
    "credit_versions": {
        "valid_from": INSTANT,
        "valid_to": INSTANT,
        "stage": "string",
        "home": "string",
        "attesters": "int64",
        "window_seconds": "int64",
    },
    "credit_types": {
        "valid_from": INSTANT,
        "type": "string",
        "flat": "boolean",
        "per_unit": "decimal(18, 9)",
        "per_minor": "decimal(19, 12)",
        "reviewers": "int64",
        "root": "boolean",
        "limited": "boolean",
        "per_quarter": "int64",
        "per_stage": "int64",
    },
    "credit_sizes": {"valid_from": INSTANT, "type": "string", "size": "string", "sized": "decimal(18, 9)"},
    "credit_classes": {"valid_from": INSTANT, "type": "string", "brought": "string"},
    "credit_money": {"currency": "string", "home": "string", "scale": "decimal(22, 10)"},
}
_DTYPES: Mapping[str, Any] = {
    INSTANT: pl.Datetime("us", "UTC"),
    "string": pl.String,
    "int64": pl.Int64,
    "boolean": pl.Boolean,
    "decimal(18, 9)": RATE,
    "decimal(19, 12)": PER_MINOR,
    "decimal(22, 10)": SCALE,
}
_DUE = ("fact", "occurred_at", "recorded_at", "because", "on", "corrected_at")
_MADE = ("month", "quarter", "stage", "accepted", "fair_minor", "points")
_OWN = ("party", "type", "quantity", "size", "fair_value_minor", "currency", "commitment")


def seconds(duration: Duration) -> int:
    """Return the length of a calendar duration in seconds; months by their mean length."""
    return duration.days * SECONDS_PER_DAY


def frames(rules: Rules, ends: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    """Return the parameter tables of `view.credit`: every charter version with its types, sizes and classes."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in PARAMS}
    starts = [start for start, _ in rules.versions]
    for number, (start, version) in enumerate(rules.versions):
        begin = BEGINNING if number == 0 else start
        until = starts[number + 1] if number + 1 < len(starts) else FOREVER
        rows["credit_versions"].append(_version(version, begin, until))
        _types(version, begin, rows)
    home = rules.charter.currency
    rows["credit_money"] = [
        {"currency": code, "home": home, "scale": Decimal(10) ** (digits - own)}
        for code, own in _digits(rules).items()
        if code != home and (digits := rules.currencies.digits(home)) is not None
    ]
    return {
        name: pl.DataFrame(rows[name], schema={column: _DTYPES[kind] for column, kind in columns.items()})
        for name, columns in PARAMS.items()
    }


def _version(version: Rules, begin: datetime, until: datetime) -> dict[str, Any]:
    attestation = version.distribution.attestation
    return {
        "valid_from": begin,
        "valid_to": until,
        "stage": version.community.current_stage,
        "home": version.charter.currency,
        "attesters": version.incentives.anti_gaming.attesters_min if attestation else 0,
        "window_seconds": seconds(attestation.dispute_window) if attestation else 0,
    }


def _types(version: Rules, begin: datetime, rows: dict[str, list[dict[str, Any]]]) -> None:
    digits = version.currencies.digits(version.charter.currency) or 0
    for id, kind in version.distribution.contribution_types.items():
        flat = kind.flat_points is not None
        rows["credit_types"].append(
            {
                "valid_from": begin,
                "type": id,
                "flat": flat,
                "per_unit": kind.flat_points if flat else Decimal(0),
                "per_minor": Decimal(0) if flat else kind.rate.scaleb(-digits),
                "reviewers": REVIEWERS.get(kind.when or "", 0),
                "root": kind.diminishing is not None,
                "limited": bool(kind.of),
                "per_quarter": kind.per_member_per_quarter,
                "per_stage": kind.per_member_per_stage,
            }
        )
        key = {"valid_from": begin, "type": id}
        rows["credit_sizes"] += [
            key | {"size": size, "sized": kind.flat_points * times} for size, times in kind.multipliers.items() if flat
        ]
        rows["credit_classes"] += [key | {"brought": one} for one in kind.of]


def _digits(rules: Rules) -> dict[str, int]:
    """Return the digits of every currency there is: the ISO list and the charter's own units."""
    listed = {currency.code: currency.exponent for currency in iso4217.Currency}
    return {code: digits for code, digits in sorted({**listed, **rules.currencies.units}.items()) if digits is not None}


def credited(
    tables: Mapping[str, "ibis.Table"],
    at: "ibis.Table",
    keys: tuple[str, ...],
    within: tuple[str, str] | None = None,
) -> "ibis.Table":
    """Return every contribution visible at each row of `at`, with what it is worth there.

    at        one row per instant: `keys`, `as_of`, `known_at` and whatever else is wanted beside
    within    columns of `at` with the first and the last quarter (running numbers) of contributions wanted
    returns   the columns of the contribution and of `at`, and `month`, `quarter` (running numbers), `accepted`,
              `points` (decimal(38, 9); null where an exchange rate is missing), `fair_minor` (charter currency)
    """
    import ibis

    base = tables["contributions"].select(*_DUE, *_OWN)
    rows = visible(base, at)
    rows = rows.mutate(
        month=rows.on.year() * 12 + rows.on.month() - 1,
        quarter=rows.on.year() * 4 + rows.on.quarter() - 1,
    )
    if within is not None:
        rows = rows.filter(rows.quarter >= rows[within[0]], rows.quarter <= rows[within[1]])
    versions, types = tables["credit_versions"], tables["credit_types"]
    rows = rows.join(versions, [rows.occurred_at >= versions.valid_from, rows.occurred_at < versions.valid_to]).drop(
        "valid_to"
    )
    rows = _left(rows, types, ("valid_from", "type"))
    rows = _left(rows, tables["credit_sizes"], ("valid_from", "type", "size"))
    rows = _judged(_brought(tables, rows, at, keys), _votes(tables, at, keys), keys)
    rows = _valued(rows, _exchange(tables, at, keys), keys)
    earliest = [rows.occurred_at, rows.fact]
    own = (*keys, "party", "type", "accepted")
    rows = rows.mutate(
        in_quarter=ibis.row_number().over(ibis.window(group_by=(*own, "quarter"), order_by=earliest)),
        in_stage=ibis.row_number().over(ibis.window(group_by=(*own, "stage"), order_by=earliest)),
    )
    beyond = (rows.in_quarter >= rows.per_quarter) | (rows.in_stage >= rows.per_stage)
    rows = rows.mutate(points=ibis.ifelse(beyond.fill_null(False) | ~rows.accepted, 0, rows.full).cast(POINTS))
    return _diminished(rows, keys).select("fact", "occurred_at", "recorded_at", "on", *_OWN, *at.columns, *_MADE)


def _left(rows: "ibis.Table", other: "ibis.Table", keys: tuple[str, ...]) -> "ibis.Table":
    joined = rows.left_join(other, list(keys))
    return joined.drop(*(name for name in joined.columns if name.endswith("_right")))


def _epoch(instant: "ibis.Value") -> "ibis.Value":
    # Without a zone: whole seconds of zoned instants need an extension of DuckDB that is not always there.
    return instant.cast("timestamp").truncate("s").epoch_seconds()


def _votes(tables: Mapping[str, "ibis.Table"], at: "ibis.Table", keys: tuple[str, ...]) -> "ibis.Table":
    """Return per contribution how many others accept it, and how many voices stand against it."""
    import ibis

    said = tables["attestations"].select(
        "fact", "occurred_at", "recorded_at", "corrected_at", "contribution", "by", "verdict"
    )
    said = visible(said.rename(voice="fact"), at.select(*keys, "as_of", "known_at"))
    newest = ibis.window(
        group_by=(*keys, "contribution", "by"), order_by=[ibis.desc(said.occurred_at), ibis.desc(said.voice)]
    )
    last = said.mutate(nth=ibis.row_number().over(newest)).filter(lambda t: t.nth == 0)
    last = last.select(*keys, "by", "verdict", fact=last.contribution)
    heard = last.join(tables["contributions"].select("fact", "party"), "fact")
    other = heard.by != heard.party
    against = other & heard.verdict.isin(["dispute", "reject"])
    return heard.group_by(*keys, "fact").aggregate(
        accepts=(other & (heard.verdict == "accept")).cast("int64").sum(),
        blocks=(against | (~other & (heard.verdict == "withdraw"))).cast("int64").sum(),
    )


def _brought(
    tables: Mapping[str, "ibis.Table"], rows: "ibis.Table", at: "ibis.Table", keys: tuple[str, ...]
) -> "ibis.Table":
    """Add whom an introduction brought (`because` names the membership) and whether it is of a kind that counts."""
    import ibis

    memberships = tables["memberships"]
    who = memberships.select(because="fact", introduced="party", brought="class")
    seen = visible(
        memberships.select("occurred_at", "recorded_at", "corrected_at", "state", introduced="party", brought="class"),
        at.select(*keys, "as_of", "known_at"),
    )
    admitted = seen.filter(seen.state.isin(["probation", "active"])).select(*keys, "introduced", "brought").distinct()
    rows = _left(rows, who, ("because",))
    rows = _left(rows, tables["credit_classes"].mutate(wanted=ibis.literal(True)), ("valid_from", "type", "brought"))
    return _left(rows, admitted.mutate(admitted=ibis.literal(True)), (*keys, "introduced", "brought"))


def _judged(rows: "ibis.Table", votes: "ibis.Table", keys: tuple[str, ...]) -> "ibis.Table":
    import ibis

    rows = _left(rows, votes, (*keys, "fact"))
    open_for = _epoch(rows.as_of) - _epoch(rows.recorded_at)
    needed = ibis.greatest(rows.attesters, rows.reviewers.fill_null(0))
    misplaced = (
        rows.limited.fill_null(False) & rows.introduced.notnull() & (rows.wanted.isnull() | rows.admitted.isnull())
    )
    return rows.mutate(
        accepted=(rows.accepts.fill_null(0) >= needed)
        & (rows.blocks.fill_null(0) == 0)
        & (open_for >= rows.window_seconds)
        & ~misplaced
    )


def _exchange(tables: Mapping[str, "ibis.Table"], at: "ibis.Table", keys: tuple[str, ...]) -> "ibis.Table":
    """Return per currency the rate into the charter's, from its day until the next rate's."""
    import ibis

    rates = tables["exchange_rates"].select(
        "fact", "occurred_at", "recorded_at", "corrected_at", "on", "base", "quote", "rate"
    )
    money = tables["credit_money"]
    seen = visible(rates.filter(rates.rate > 0), at.select(*keys, "as_of", "known_at"))
    straight = seen.join(money, [seen.base == money.currency, seen.quote == money.home])
    turned = seen.join(money, [seen.quote == money.currency, seen.base == money.home])
    columns = (*keys, "on", "occurred_at", "recorded_at", "fact", "currency")
    both = straight.select(*columns, factor=straight.rate.cast("float64") * straight.scale.cast("float64")).union(
        turned.select(*columns, factor=turned.scale.cast("float64") / turned.rate.cast("float64"))
    )
    newest = ibis.window(
        group_by=(*keys, "currency", "on"),
        order_by=[ibis.desc(both.occurred_at), ibis.desc(both.recorded_at), ibis.desc(both.fact)],
    )
    daily = both.mutate(nth=ibis.row_number().over(newest)).filter(lambda t: t.nth == 0)
    following = ibis.window(group_by=(*keys, "currency"), order_by=daily.on)
    return daily.select(
        *keys,
        "currency",
        rate_from="on",
        rate_until=daily.on.lead().over(following),
        factor=daily.factor.cast("decimal(22, 12)"),
    )


def _valued(rows: "ibis.Table", exchange: "ibis.Table", keys: tuple[str, ...]) -> "ibis.Table":
    """Add the fair value in the charter's currency and the points before caps and roots."""
    import ibis

    foreign = exchange.rename({f"rate_{key}": key for key in (*keys, "currency")})
    rows = rows.left_join(
        foreign,
        [
            *(rows[key] == foreign[f"rate_{key}"] for key in (*keys, "currency")),
            rows.on >= foreign.rate_from,
            foreign.rate_until.isnull() | (rows.on < foreign.rate_until),
        ],
    ).drop(*(f"rate_{key}" for key in (*keys, "currency")), "rate_from", "rate_until")
    converted = (rows.fair_value_minor.cast("decimal(16, 0)") * rows.factor).cast("decimal(38, 0)").cast("int64")
    rows = rows.mutate(fair_minor=ibis.ifelse(rows.currency == rows.home, rows.fair_value_minor, converted)).drop(
        "factor"
    )
    by_unit = rows.quantity.cast("decimal(20, 9)") * ibis.coalesce(rows.sized, rows.per_unit)
    by_value = rows.fair_minor.cast("decimal(19, 0)") * rows.per_minor
    worthless = rows.flat.isnull() | (~rows.flat & rows.fair_value_minor.isnull())
    full = ibis.cases(
        (worthless, ibis.literal(0).cast(POINTS)), (rows.flat, by_unit.cast(POINTS)), else_=by_value.cast(POINTS)
    )
    return rows.mutate(full=full)


def _diminished(rows: "ibis.Table", keys: tuple[str, ...]) -> "ibis.Table":
    """Let volume count by its root: a member's points p of one such type in one month give √Σp² together.

    n equal ones give √n times the points of one, and each keeps its part in proportion; one more, however small, never
    lowers the sum.
    """
    import ibis

    counted = rows.root.fill_null(False) & (rows.points > 0)
    part = rows.points.cast("decimal(18, 6)")
    month = ibis.window(group_by=(*keys, "party", "type", "month"))
    rows = rows.mutate(
        squares=ibis.ifelse(counted, part * part, 0).cast("decimal(38, 12)").sum().over(month),
        whole=ibis.ifelse(counted, part, 0).cast("decimal(38, 6)").sum().over(month),
    )
    rooted = rows.points.cast("float64") * (rows.squares.cast("float64").sqrt() / rows.whole.cast("float64"))
    return rows.mutate(points=ibis.ifelse(counted, rooted.cast(POINTS), rows.points)).drop("squares", "whole")


@relation(
    "view.credit",
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
