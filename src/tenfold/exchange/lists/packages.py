"""Holdings as a package of the Open Cap Table Format 1.1: stakeholders, share classes, transactions.

What the format asks for and Tenfold does not know (when and where the issuer was formed, how many shares are
authorised) is not in it. A transfer, cancellation or repurchase takes a holder's oldest shares first; what is left of a
certificate is issued again, as the format demands.
Source: Open Cap Table Coalition, OCF 1.1, object types TX_STOCK_*.
"""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tenfold.exchange.lists.held import Held
from tenfold.exchange.lists.tables import RECORD, Listing

COLUMNS = (RECORD, "date", "holder", "security", "action", "units", "price", "currency")
OWN = "tenfold"  # the first word of comments that say which record a transaction is
TAKES = {"transfer_out": "TRANSFER", "cancel": "CANCELLATION", "repurchase": "REPURCHASE"}
ZIPPED_AT = (1980, 1, 1, 0, 0, 0)  # the package must not carry the machine's clock
Row = Mapping[str, str]
Item = Mapping[str, Any]


@dataclass
class _Certificate:
    """Shares that were issued together and are not taken back yet."""

    security_id: str
    units: int
    row: Row


@dataclass
class _Book:
    """The transactions so far, and which certificates stand, by holder and security, the oldest first."""

    items: list[Item] = field(default_factory=list)
    standing: dict[tuple[str, str], list[_Certificate]] = field(default_factory=dict)


def package_of(listing: Listing, held: Held, language: str) -> bytes:
    """Return the package."""
    rows = sorted(listing.plain(held), key=lambda row: (row["date"], row["action"] in TAKES, row[RECORD]))
    issuer = {"object_type": "ISSUER", "id": "issuer", "legal_name": held.called(held.project) or ""}
    files = {
        "Manifest": {"ocf_version": "1.1.0", "file_type": "OCF_MANIFEST_FILE", "issuer": issuer, **_named_files()},
        "Stakeholders": _file("STAKEHOLDERS", _stakeholders(rows)),
        "StockClasses": _file("STOCK_CLASSES", _classes(rows)),
        "Transactions": _file("TRANSACTIONS", _transactions(rows)),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            text = json.dumps(content, ensure_ascii=False, indent=1)
            archive.writestr(zipfile.ZipInfo(f"{name}.ocf.json", ZIPPED_AT), text)
    return file.getvalue()


def _file(kind: str, items: Sequence[Item]) -> Item:
    return {"file_type": f"OCF_{kind}_FILE", "items": [*items]}


def _named_files() -> dict[str, Any]:
    empty = ("stock_plans", "stock_legend_templates", "vesting_terms", "valuations")
    filled = {"stakeholders": "Stakeholders", "stock_classes": "StockClasses", "transactions": "Transactions"}
    named = {f"{key}_files": [{"filepath": f"{name}.ocf.json"}] for key, name in filled.items()}
    return named | {f"{name}_files": [] for name in empty}


def _stakeholders(rows: Sequence[Row]) -> list[Item]:
    names = dict.fromkeys(row["holder"] for row in rows)
    return [{"object_type": "STAKEHOLDER", "id": _id("holder", name), "name": {"legal_name": name}} for name in names]


def _classes(rows: Sequence[Row]) -> list[Item]:
    names = dict.fromkeys(row["security"] for row in rows)
    return [{"object_type": "STOCK_CLASS", "id": _id("class", name), "name": name} for name in names]


def _id(kind: str, name: str) -> str:
    return f"{kind}:{name}"


def _transactions(rows: Sequence[Row]) -> list[Item]:
    book = _Book()
    for row in rows:
        if row["action"] in TAKES:
            _take(row, rows, book)
        else:
            _issue(row, row[RECORD], int(row["units"]), book, [_comment(row)])
    return book.items


def _comment(row: Row) -> str:
    return f"{OWN} {row['action']} {row[RECORD]}"


def _issue(row: Row, security_id: str, units: int, book: _Book, comments: Sequence[str], day: str = "") -> None:
    """Issue shares to the holder of a row: those of the row, or what is left of a certificate."""
    item: dict[str, Any] = {
        "object_type": "TX_STOCK_ISSUANCE",
        "id": f"issuance:{security_id}",
        "security_id": security_id,
        "custom_id": security_id,
        "date": day or row["date"],
        "stakeholder_id": _id("holder", row["holder"]),
        "stock_class_id": _id("class", row["security"]),
        "quantity": str(units),
        "security_law_exemptions": [],
        "stock_legend_ids": [],
        "comments": [*comments],
    }
    if row["price"] and row["currency"]:
        item["share_price"] = {"amount": row["price"], "currency": row["currency"]}
    book.items.append(item)
    book.standing.setdefault(_whose(row), []).append(_Certificate(security_id, units, row))


def _whose(row: Row) -> tuple[str, str]:
    return row["holder"], row["security"]


def _take(row: Row, rows: Sequence[Row], book: _Book) -> None:
    """Take shares from a holder's oldest certificates; the rest of the last one is issued again."""
    left = int(row["units"])
    standing = book.standing.get(_whose(row), [])
    while left and standing:
        oldest = standing.pop(0)
        taken = min(left, oldest.units)
        left -= taken
        rest = oldest.units - taken
        balance = f"{oldest.security_id}-{row[RECORD]}" if rest else None
        book.items.append(_taking(row, rows, oldest.security_id, taken, balance))
        if balance is not None:
            _issue(oldest.row, balance, rest, book, [], row["date"])
            standing.insert(0, standing.pop())


def _taking(row: Row, rows: Sequence[Row], security_id: str, units: int, balance: str | None) -> Item:
    kind = TAKES[row["action"]]
    item: dict[str, Any] = {
        "object_type": f"TX_STOCK_{kind}",
        "id": f"{kind.lower()}:{security_id}:{row[RECORD]}",
        "security_id": security_id,
        "date": row["date"],
        "quantity": str(units),
        "comments": [_comment(row)],
    }
    if balance is not None:
        item["balance_security_id"] = balance
    match row["action"]:
        case "transfer_out":
            item["resulting_security_ids"] = _received(row, rows)
        case "repurchase" if row["price"] and row["currency"]:
            item["price"] = {"amount": row["price"], "currency": row["currency"]}
        case "cancel":
            item["reason_text"] = "cancelled"
    return item


def _received(row: Row, rows: Sequence[Row]) -> list[str]:
    """Return the certificates that others received of the same security on the same day."""
    return [
        one[RECORD]
        for one in rows
        if one["action"] == "transfer_in"
        and (one["date"], one["security"]) == (row["date"], row["security"])
        and one["holder"] != row["holder"]
    ]


def own_rows(items: Iterable[Item]) -> Iterator[list[str | None]]:
    """Yield the rows of a package that this room wrote; none of another's."""
    listed = list(items)
    by_id = {str(one.get("id")): one for one in listed}
    issued = {str(one["security_id"]): one for one in listed if one["object_type"] == "TX_STOCK_ISSUANCE"}
    found: dict[str, dict[str, str | None]] = {}
    for item in listed:
        said = _said(item)
        if said is None:
            continue
        action, record = said
        units = int(item["quantity"])
        if record in found:
            found[record]["units"] = str(int(found[record]["units"] or 0) + units)
        else:
            found[record] = _row(item, issued[str(item["security_id"])], by_id) | {
                "action": action,
                "units": str(units),
            }
    for record, cells in found.items():
        yield [record if name == RECORD else cells[name] for name in COLUMNS]


def _said(item: Item) -> tuple[str, str] | None:
    """Return the action and the record that a comment of ours names."""
    for comment in item.get("comments") or ():
        head, _, rest = str(comment).partition(" ")
        action, _, record = rest.partition(" ")
        if head == OWN and record and "security_id" in item:
            return action, record
    return None


def _row(item: Item, issued: Item, by_id: Mapping[str, Item]) -> dict[str, str | None]:
    price = item.get("share_price") or item.get("price") or {}
    holder = by_id.get(str(issued["stakeholder_id"]), {})
    security = by_id.get(str(issued["stock_class_id"]), {})
    return {
        "date": date.fromisoformat(str(item["date"])).isoformat(),
        "holder": holder.get("name", {}).get("legal_name"),
        "security": security.get("name"),
        "price": price.get("amount"),
        "currency": price.get("currency"),
    }
