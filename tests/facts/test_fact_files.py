"""Files: the same facts in any format, order, thread count or environment are the same facts."""

import hashlib
import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.night import examples

from tenfold.facts.canonical import canonical_lines
from tenfold.facts.cells import cast
from tenfold.facts.declaration import TABLES, Column
from tenfold.facts.digest import AT_ONCE, MANY, added, counts, digest, digest_of, sums
from tenfold.facts.order import sort_rows
from tenfold.facts.read import load_facts
from tenfold.facts.store import FactStore
from tenfold.facts.write import text_cells, write_facts
from tenfold.terms.errors import Refused

from .facts_sample import CONTEXT, columns_of, csv_text, some_community, write_csv_folder, write_workbook

FEW = settings(
    max_examples=examples(5),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
PROGRAM = """
import sys
from pathlib import Path
from tenfold.facts.context import Context
from tenfold.facts.digest import digest
from tenfold.facts.read import load_facts
from tenfold.terms.money import Currencies
print(digest(load_facts(Path(sys.argv[1]), Context("Asia/Shanghai", Currencies({"OP": 6}), None))))
"""


def same_rows(one: FactStore, other: FactStore) -> bool:
    def ordered(store: FactStore, name: str) -> pl.DataFrame:
        return sort_rows(TABLES[name], store.tables[name])

    return all(ordered(one, name).equals(ordered(other, name)) for name in TABLES)


@FEW
@given(seed=st.integers(0, 10**6))
def test_a_community_is_the_same_in_csv_workbook_and_parquet(tmp_path: Path, seed: int) -> None:
    community = some_community(seed)
    base = tmp_path / str(seed)
    store = load_facts(write_csv_folder(base / "csv", community), CONTEXT)
    expected = digest(store)
    assert digest(load_facts(write_workbook(base / "xlsx", community), CONTEXT)) == expected
    assert digest(load_facts(write_workbook(base / "labels", community, labels=True), CONTEXT)) == expected
    for form in ("csv", "parquet"):
        write_facts(store.tables, base / form, CONTEXT.currencies, form)
        again = load_facts(base / form, CONTEXT)
        assert digest(again) == expected
        assert same_rows(again, store)


@FEW
@given(seed=st.integers(0, 10**6))
def test_the_order_of_rows_columns_and_files_does_not_show(tmp_path: Path, seed: int) -> None:
    community, random = some_community(seed), Random(seed)
    store = load_facts(write_csv_folder(tmp_path / f"a{seed}", community), CONTEXT)
    other = tmp_path / f"b{seed}" / "facts"
    for table, rows in community.items():
        names = columns_of(rows)
        random.shuffle(rows)
        random.shuffle(names)
        (other / table).mkdir(parents=True, exist_ok=True)
        ordered = [{name: row.get(name, "") for name in names} for row in rows]
        for row in ordered:
            row.setdefault("recorded_by", f"import:{table}")
        half = len(ordered) // 2
        for number, part in enumerate((ordered[:half], ordered[half:])):
            if part:
                (other / table / f"{number}.csv").write_bytes(csv_text(part))
    again = load_facts(other.parent, CONTEXT)
    assert digest(again) == digest(store)
    assert same_rows(again, store)


@FEW
@given(seed=st.integers(0, 10**6))
def test_written_cells_are_read_back_as_the_same_rows(tmp_path: Path, seed: int) -> None:
    store = load_facts(write_csv_folder(tmp_path / str(seed), some_community(seed)), CONTEXT)
    for name, rows in store.tables.items():
        again, found = cast(TABLES[name], text_cells(TABLES[name], rows, CONTEXT.currencies), CONTEXT)
        assert found.is_empty()
        assert again.equals(rows)


@pytest.mark.parametrize(
    "environment",
    [
        {"POLARS_MAX_THREADS": "1", "PYTHONHASHSEED": "1", "TZ": "UTC"},
        {"POLARS_MAX_THREADS": "4", "PYTHONHASHSEED": "2", "TZ": "America/New_York", "LC_ALL": "C"},
    ],
)
def test_threads_hash_seed_time_zone_and_locale_do_not_show(tmp_path: Path, environment: dict[str, str]) -> None:
    folder = write_csv_folder(tmp_path, some_community(7, size=200))
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)],
        env=os.environ | environment, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert ran.stdout.strip() == digest(load_facts(folder, CONTEXT))


def test_the_same_rows_are_written_in_the_same_bytes(tmp_path: Path) -> None:
    tables = load_facts(write_csv_folder(tmp_path / "a", some_community(3)), CONTEXT).tables
    shuffled = {name: rows.sample(fraction=1, shuffle=True, seed=5) for name, rows in tables.items()}
    one, two = tmp_path / "one", tmp_path / "two"
    for form in ("csv", "parquet"):
        for left, right in zip(
            write_facts(tables, one, CONTEXT.currencies, form),
            write_facts(shuffled, two, CONTEXT.currencies, form),
            strict=True,
        ):
            assert left.read_bytes() == right.read_bytes()


def test_writing_replaces_what_a_table_had_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    store = load_facts(write_csv_folder(tmp_path, some_community(3)), CONTEXT)
    (tmp_path / "facts" / "role_terms").mkdir()
    (tmp_path / "facts" / "README.md").write_text("kept")
    emptied = dict(store.tables) | {"documents": TABLES["documents"].empty()}
    write_facts(emptied, tmp_path, CONTEXT.currencies, "parquet")
    left = {path.name for path in (tmp_path / "facts").iterdir()}
    written = {f"{name}.parquet" for name, rows in emptied.items() if rows.height}
    assert left == written | {"README.md"}


def canonical(column: Column, cell: Any) -> Any:
    """Return a cell as FACTS.md §4 says it, by other means than the product's."""
    if column.kind == "dec":
        text = f"{cell.normalize():f}"
        return "0" if text == "-0" else text
    if column.kind == "instant":
        return cell.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if column.kind == "int":
        return cell if abs(cell) < 2**53 else str(cell)
    return cell if column.kind in ("bool", "list") else str(cell)


def dumped(name: str, rows: pl.DataFrame) -> list[str]:
    """Return the canonical text of each row, written a row at a time."""
    found = []
    for row in rows.iter_rows(named=True):
        columns = [c for c in TABLES[name].columns.values() if not c.personal and row[c.stored] not in (None, [])]
        content = {c.stored: canonical(c, row[c.stored]) for c in columns}
        found.append(json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")))
    return found


def test_a_row_has_one_canonical_form(tmp_path: Path) -> None:
    store = load_facts(write_csv_folder(tmp_path, some_community(2, 40)), CONTEXT)
    for name, rows in store.tables.items():
        assert canonical_lines(TABLES[name], rows).to_list() == dumped(name, rows)


@pytest.mark.parametrize("text", ['"', "\\", "a\nb", "\x00", "\x1f", "\x7f", "\u2028", "😀", "/", "长", ""])
def test_texts_are_escaped_as_rfc_8785_says(text: str) -> None:
    rows = TABLES["interactions"].empty().clear(2)
    rows = rows.with_columns(channel=pl.lit(text), topic=pl.lit([text, "b"]), minutes=pl.Series([2**53, -(2**53) + 1]))
    assert canonical_lines(TABLES["interactions"], rows).to_list() == dumped("interactions", rows)


def test_the_digest_is_made_as_the_declaration_says(tmp_path: Path) -> None:
    store = load_facts(write_csv_folder(tmp_path, some_community(2, 40)), CONTEXT)
    lines = []
    for name, rows in store.tables.items():
        texts = dumped(name, rows)
        total = sum(int(hashlib.sha256(text.encode()).hexdigest()[:15], 16) for text in texts)
        lines += [f"{name} {len(texts)} {total}"] if texts else []
    assert digest(store) == hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


@pytest.mark.parametrize("count", [MANY - 1, MANY, MANY + 1, AT_ONCE, AT_ONCE + 1])
def test_many_rows_add_up_as_few_do(count: int) -> None:
    rows = TABLES["interactions"].empty().clear(count).with_row_index("n")
    rows = rows.with_columns(fact=pl.format("i-{}", "n"), channel=pl.lit('说 "😀"\n')).drop("n")
    texts = canonical_lines(TABLES["interactions"], rows)
    total = sum(int(hashlib.sha256(text.encode()).hexdigest()[:15], 16) for text in texts)
    assert sums({"interactions": rows}) == {"interactions": (count, total)}


def test_the_digest_sees_every_cell_that_is_not_personal(tmp_path: Path) -> None:
    community = some_community(11)
    store = load_facts(write_csv_folder(tmp_path, community), CONTEXT)
    assert counts(store)["documents"] == 1
    for table, column in (("parties", "type"), ("cash_movements", "amount_minor"), ("exchange_rates", "rate")):
        assert digest(without(store, table, column)) != digest(store)
    assert digest(without(store, "parties", "name")) == digest(store)


def without(store: FactStore, table: str, column: str) -> FactStore:
    """The store with the first cell of a column missing."""
    rows = store.tables[table]
    changed = rows.with_columns(pl.when(pl.int_range(pl.len()) == 0).then(None).otherwise(column).alias(column))
    return FactStore({**store.tables, table: changed})


def test_new_rows_add_their_own_part_to_the_digest(tmp_path: Path) -> None:
    store = load_facts(write_csv_folder(tmp_path, some_community(5, 30)), CONTEXT)
    before, after = ({n: part(rows) for n, rows in store.tables.items()} for part in (old, new))
    assert digest_of(added(sums(before), sums(after))) == digest(store)


def old(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.head(rows.height // 2)


def new(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.slice(rows.height // 2)


def test_a_folder_without_facts_is_an_empty_community(tmp_path: Path) -> None:
    assert load_facts(tmp_path, CONTEXT).count == 0


def test_number_and_date_cells_of_a_workbook_are_taken_exactly(tmp_path: Path) -> None:
    from datetime import date

    import xlsxwriter

    with xlsxwriter.Workbook(str(tmp_path / "facts.xlsx")) as book:
        day, minute = (book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm"))
        sheet = book.add_worksheet("汇率")
        sheet.write_row(0, 0, ["事实编号", "发生时间", "基准币", "报价币", "费率", "来源"])
        sheet.write_string(1, 0, "x1")
        sheet.write_datetime(1, 1, datetime(2026, 3, 5, 9, 30), minute)
        sheet.write_row(1, 2, ["USD", "CNY", 0.1, "bank"])
        sheet.write_string(2, 0, "x2")
        sheet.write_datetime(2, 1, date(2026, 3, 6), day)
        sheet.write_row(2, 2, ["USD", "CNY", 7, "bank"])
        book.add_worksheet("说明").write(0, 0, "for people")
    rows = load_facts(tmp_path, CONTEXT).tables["exchange_rates"].sort("fact")
    assert [str(rate.normalize()) for rate in rows["rate"]] == ["0.1", "7"]
    assert [time.isoformat() for time in rows["occurred_at"]] == [
        "2026-03-05T01:30:00+00:00",
        "2026-03-05T16:00:00+00:00",
    ]


def test_more_than_a_hundred_complaints_are_counted(tmp_path: Path) -> None:
    rows = [{"fact": f"d{n}", "occurred_at": "x", "document": "a", "kind": "k"} for n in range(250)]
    with pytest.raises(Refused) as refused:
        load_facts(write_csv_folder(tmp_path, {"documents": rows}), CONTEXT)
    assert len(refused.value.complaints) == 101
    last = refused.value.complaints[-1]
    assert (last.id, dict(last.params)) == ("facts.more", {"count": 150, "listed": 100})
