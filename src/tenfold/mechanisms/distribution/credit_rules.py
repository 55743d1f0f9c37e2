"""What the charters say of contributions, as tables: one row per version, or per version and type, size or class."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import iso4217
import polars as pl

from tenfold.terms.measure import Kept
from tenfold.terms.rules import Rules

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
REVIEWERS = {"accepted_by_two_reviewers": 2}  # the condition `when` of a type that asks for more than one attester
INSTANT = "timestamp('UTC', 6)"
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
        "window_days": "int64",
    },
    "credit_types": {
        "type_from": INSTANT,
        "typed": "string",
        "flat": "boolean",
        "per_unit": "decimal(18, 9)",
        "per_minor": "decimal(19, 12)",
        "reviewers": "int64",
        "root": "boolean",
        "introduces": "boolean",
        "limited": "boolean",
        "per_quarter": "int64",
        "per_stage": "int64",
    },
    "credit_sizes": {
        "size_from": INSTANT,
        "size_type": "string",
        "sized": "string",
        "per_sized": "decimal(18, 9)",
    },
    "credit_classes": {"class_from": INSTANT, "class_type": "string", "brought": "string"},
    "credit_money": {"foreign": "string", "home": "string", "scale": "decimal(22, 10)"},
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
        {"foreign": code, "home": home, "scale": Decimal(10) ** (digits - own)}
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
        "window_days": attestation.dispute_window.days if attestation else 0,
    }


def _types(version: Rules, begin: datetime, rows: dict[str, list[dict[str, Any]]]) -> None:
    digits = version.currencies.digits(version.charter.currency) or 0
    for id, kind in version.distribution.contribution_types.items():
        flat = kind.flat_points is not None
        rows["credit_types"].append(
            {
                "type_from": begin,
                "typed": id,
                "flat": flat,
                "per_unit": kind.flat_points if flat else Decimal(0),
                "per_minor": Decimal(0) if flat else kind.rate.scaleb(-digits),
                "reviewers": REVIEWERS.get(kind.when or "", 0),
                "root": kind.diminishing is not None,
                "introduces": bool(kind.of),
                "limited": bool(kind.of or kind.per_member_per_quarter or kind.per_member_per_stage),
                "per_quarter": kind.per_member_per_quarter,
                "per_stage": kind.per_member_per_stage,
            }
        )
        rows["credit_sizes"] += [
            {"size_from": begin, "size_type": id, "sized": size, "per_sized": kind.flat_points * times}
            for size, times in kind.multipliers.items()
            if flat
        ]
        rows["credit_classes"] += [{"class_from": begin, "class_type": id, "brought": one} for one in kind.of]


def introducing(rules: Rules) -> Kept:
    """Return the kinds that are introductions: of one newcomer only the first counts, whoever claims it."""
    kinds = (version.distribution.contribution_types.items() for _, version in rules.versions)
    return {"type": tuple(sorted({id for named in kinds for id, kind in named if kind.of}))}


def _digits(rules: Rules) -> dict[str, int]:
    """Return the digits of every currency there is: the ISO list and the charter's own units."""
    listed = {currency.code: currency.exponent for currency in iso4217.Currency}
    return {code: digits for code, digits in sorted({**listed, **rules.currencies.units}.items()) if digits is not None}
