"""Small communities for the tests of facts/: as text cells, and in the files that people keep them in."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

import polars as pl

from tenfold.facts.context import Context
from tenfold.facts.declaration import TABLES
from tenfold.terms.money import Currencies

Cells = dict[str, str]
CONTEXT = Context("Asia/Shanghai", Currencies({"OP": 6}), None)
IMPRECISE = ["2026", "2026-03", "2026-Q2", "<2026-02-01"]
NAMES = ["张三", "O'Neill, Anna", 'the "Mill"', "=1+1", "two\nlines", "é", "e\u0301", "\u202egnp", "a;b", "007", "\x1f"]


def some_community(seed: int, size: int = 12) -> dict[str, list[Cells]]:
    """Return valid rows of several tables: every type, corrections, void rows, imprecise times."""
    random = Random(seed)
    parties = [f"p{n:03d}" for n in range(size)]

    def time() -> str:
        return f"2026-{random.randint(1, 6):02d}-{random.randint(1, 28):02d}T{random.randint(0, 23):02d}:30:00Z"

    late = "2026-09-01T00:00:00+08:00"
    rows: dict[str, list[Cells]] = {
        "parties": [
            {"fact": f"party-{key}", "occurred_at": random.choice([*IMPRECISE, time()]), "party": key,
             "type": "person", "name": random.choice(NAMES)}
            for key in parties
        ],
        "documents": [{"fact": "d1", "occurred_at": "2026-01-05", "document": "doc1", "kind": "minutes"}],
        "interactions": [
            {"fact": f"i{n}", "occurred_at": time(), "recorded_at": late, "member": random.choice(parties),
             "other": random.choice([*parties, ""]), "direction": random.choice(["in", "out"]), "channel": "call",
             "flags": random.choice(["", "decision", "complaint;decision"]), "minutes": str(random.randint(0, 90)),
             "evidence": random.choice(["", "doc1"])}
            for n in range(size * 2)
        ],
        "cash_movements": [
            {"fact": f"c{n}", "occurred_at": time(), "payer": parties[0], "payee": random.choice(parties),
             "amount": random.choice(["1200000.00", "1,234.56", "1400万", "0.5", "7"]), "currency": "CNY",
             "purpose": "grant", "restricted": random.choice(["yes", "no", ""])}
            for n in range(size)
        ],
        "exchange_rates": [
            {"fact": "x1", "occurred_at": "2026-02-01", "base": "USD", "quote": "CNY", "rate": "7.100", "source": "b"}
        ],
        "needs": [
            {"fact": "n1", "occurred_at": "2026-02-01", "need": "n", "capability": "c", "state": "open", "weight": "3"}
        ],
        "role_terms": [
            {"fact": "r1", "occurred_at": "2026-02-01", "party": parties[0], "role": "chair", "until": "2027-01-31"}
        ],
    }  # fmt: skip
    for n in random.sample(range(size * 2), 3):
        again = dict(rows["interactions"][n])
        again |= {
            "fact": f"i{n}b",
            "corrects": f"i{n}",
            "recorded_at": "2026-09-02",
            "void": random.choice(["yes", ""]),
        }
        rows["interactions"].append(again)
    return rows


def columns_of(rows: Sequence[Cells]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def csv_text(rows: Sequence[Cells], header: Sequence[str] | None = None) -> bytes:
    names = columns_of(rows)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header or names)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return out.getvalue().encode()


def write_csv_folder(folder: Path, community: Mapping[str, Sequence[Cells]]) -> Path:
    (folder / "facts").mkdir(parents=True, exist_ok=True)
    for table, rows in community.items():
        (folder / "facts" / f"{table}.csv").write_bytes(csv_text(rows))
    return folder


def write_workbook(folder: Path, community: Mapping[str, Sequence[Cells]], labels: bool = False) -> Path:
    import xlsxwriter

    folder.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(folder / "facts.xlsx"), {"strings_to_formulas": False}) as book:
        for table, rows in community.items():
            sheet = book.add_worksheet(TABLES[table].label if labels else table)
            names = columns_of(rows)
            for column, name in enumerate(names):
                sheet.write_string(0, column, TABLES[table].columns[name].label if labels else name)
                for number, row in enumerate(rows, 1):
                    sheet.write_string(number, column, row.get(name, ""))
    return folder


def text_frame(rows: Sequence[Cells]) -> pl.DataFrame:
    names = columns_of(rows)
    return pl.DataFrame(
        {name: [row.get(name) for row in rows] for name in names}, schema=dict.fromkeys(names, pl.String)
    )
