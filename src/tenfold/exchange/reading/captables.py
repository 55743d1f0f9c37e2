"""Packages of the Open Cap Table Format: the shares that are outstanding, as rows of a register.

A security that was transferred, converted, reissued or retracted is closed, for what comes of it is issued again; one
that was cancelled or bought back in part is closed when the rest is issued again, else it is that much less.
Source: Open Cap Table Coalition, OCF 1.1, object types TX_STOCK_*.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

SUFFIX = ".ocf.json"
HEADER = (
    "stakeholder", "share class", "shares", "price per share", "currency", "issue date", "certificate",
)  # fmt: skip
CLOSING = ("TRANSFER", "CONVERSION", "REISSUANCE", "RETRACTION", "CONSOLIDATION")
LESSENING = ("CANCELLATION", "REPURCHASE")
NUMERIC = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,10})?")  # without a power of ten, which could be of any size
DECIMALS = 10  # of a number of the format
MOST = 10**40  # of a quantity's parts
BYTES_AT_MOST = 64 << 20  # of a package, unpacked
Item = Mapping[str, Any]


def is_package(data: bytes) -> bool:
    """Whether an archive is a package of this format."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return any(name.endswith(SUFFIX) for name in archive.namelist())


def items_of(data: bytes) -> list[Item]:
    """Return everything that a package holds.

    Raises
    ------
    ValueError   when the package is larger than it may be
    """
    return list(_items(data))


def shares_of(items: Sequence[Item]) -> list[list[str | None]]:
    """Return a row for each security that is outstanding.

    Raises
    ------
    ValueError   when an issuance and a split of its class are of one day
    """
    by_id = {str(item.get("id")): item for item in items}
    left = {
        str(item["security_id"]): (item, _number(item["quantity"]))
        for item in items
        if item["object_type"] == "TX_STOCK_ISSUANCE"
    }
    for item in sorted(items, key=lambda item: str(item.get("date", ""))):
        _apply(item, left)
    rows = [_row(issued, quantity, by_id) for issued, quantity in left.values() if quantity > 0]
    return sorted(rows, key=lambda row: [cell or "" for cell in row])


def _items(data: bytes) -> Iterator[Item]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.endswith(SUFFIX)]
        if sum(archive.getinfo(name).file_size for name in names) > BYTES_AT_MOST:
            raise ValueError("too large")
        for name in names:
            content = json.loads(archive.read(name))
            yield from (item for item in content.get("items", ()) if "object_type" in item)


def _apply(item: Item, left: dict[str, tuple[Item, Fraction]]) -> None:
    """Let one transaction close a security, lessen it, or split a class."""
    kind = str(item["object_type"]).removeprefix("TX_STOCK_")
    if kind == "CLASS_SPLIT":
        _split(item, left)
        return
    ids = item.get("security_ids") or [item.get("security_id")]
    for id in [str(id) for id in ids if str(id) in left]:
        issued, quantity = left[id]
        if kind in CLOSING or (kind in LESSENING and item.get("balance_security_id")):
            left[id] = (issued, Fraction(0))
        elif kind in LESSENING:
            left[id] = (issued, quantity - _number(item["quantity"]))


def _split(item: Item, left: dict[str, tuple[Item, Fraction]]) -> None:
    ratio = item["split_ratio"]
    times = _number(ratio["numerator"]) / _number(ratio["denominator"])
    for id, (issued, quantity) in left.items():
        if issued["stock_class_id"] != item["stock_class_id"] or issued["date"] > item["date"]:
            continue
        if issued["date"] == item["date"]:
            raise ValueError("a split and an issuance of one day")
        left[id] = (issued, _bounded(quantity * times))


def _number(told: object) -> Fraction:
    """Return a number as the format writes it: figures, and at most ten decimals. Raises ValueError for another."""
    if not NUMERIC.fullmatch(str(told)):
        raise ValueError("no number of the format")
    return Fraction(str(told))


def _bounded(quantity: Fraction) -> Fraction:
    """Return a quantity that splits made, while it is one that somebody can hold."""
    if max(quantity.numerator, quantity.denominator) > MOST:
        raise ValueError("more shares than there can be")
    return quantity


def _written(quantity: Fraction) -> str:
    """Write a quantity to its last digit: in decimals where they end, else as the fraction that it is.

    >>> _written(Fraction(3000)), _written(Fraction(1001, 2)), _written(Fraction(3000, 7))
    ('3000', '500.5', '3000/7')
    """
    parts = quantity * 10**DECIMALS
    if parts.denominator != 1:
        return str(quantity)
    whole, rest = divmod(parts.numerator, 10**DECIMALS)
    return f"{whole}.{rest:0{DECIMALS}d}".rstrip("0").rstrip(".")


def _row(issued: Item, quantity: Fraction, by_id: Mapping[str, Item]) -> list[str | None]:
    holder = by_id.get(str(issued["stakeholder_id"]), {})
    share_class = by_id.get(str(issued["stock_class_id"]), {})
    price = issued.get("share_price") or {}
    return [
        holder.get("name", {}).get("legal_name"),
        share_class.get("name"),
        _written(quantity),
        price.get("amount"),
        price.get("currency"),
        issued.get("date"),
        issued.get("custom_id"),
    ]
