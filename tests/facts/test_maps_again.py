"""The same source again: new, changed, same, gone; and the writing of it, all or nothing."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from tenfold.facts.maps import Import, run_map
from tenfold.facts.read import load_facts
from tenfold.facts.store import FactStore
from tenfold.terms.errors import Complaint, Refused

from .maps_sample import CONTEXT, EMPTY, run, said, store_of
from .test_maps_words import PANEL, SALES, SCORES

HEAD = "no,seller,pieces,day\n"
ONE = "1,zhou,3,2026-01-05\n2,lin,4,2026-01-06\n"
NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)


def states(done: Import) -> dict[str, int]:
    return {state: count for report in done.reports for state, count in report.states.items() if count}


@pytest.mark.parametrize(
    ("maps", "source"),
    [
        (SALES, {"sales.csv": HEAD + ONE}),
        (PANEL, {"panel.csv": "month,who,tier\n2026-01-01,mill,a\n2026-02-01,yard,b\n2026-03-01,mill,c\n"}),
        (SCORES, {"scores.csv": "round,who,week,score\n1,zhou,2026-01-05,3\n2,zhou,2026-01-05,4\n"}),
    ],
    ids=["rows", "panel", "scores"],
)
def test_importing_twice_changes_nothing(maps: str, source: dict[str, str], tmp_path: Path) -> None:
    done = run(tmp_path, maps, source)
    again = run(tmp_path, maps, source, store_of(done), NOW)
    assert (again.added, again.gone, again.parties) == ({}, {}, 0)
    assert set(states(again)) == {"same"}


def test_another_spelling_of_the_same_number_is_the_same(tmp_path: Path) -> None:
    store = store_of(run(tmp_path, SALES, {"sales.csv": HEAD + ONE}))
    assert states(run(tmp_path, SALES, {"sales.csv": HEAD + ONE.replace("3", "3.00", 1)}, store)) == {"same": 2}


def test_new_rows_are_added_and_known_parties_keep_their_keys(tmp_path: Path) -> None:
    store = store_of(run(tmp_path, SALES, {"sales.csv": HEAD + ONE}))
    again = run(tmp_path, SALES, {"sales.csv": HEAD + "3,lin,9,2026-02-01\n4,wang,1,2026-02-01\n" + ONE}, store)
    assert states(again) == {"new": 2, "same": 2}
    assert again.added["contributions"]["party"].to_list() == ["p000002", "p000003"]
    assert again.added["parties"]["party"].to_list() == ["p000003"]


def test_a_changed_row_becomes_a_correction_known_now(tmp_path: Path) -> None:
    store = store_of(run(tmp_path, SALES, {"sales.csv": HEAD + ONE}))
    source = {"sales.csv": HEAD + ONE.replace("zhou,3", "zhou,5")}
    again = run(tmp_path, SALES, source, store, NOW)
    (row,) = again.added["contributions"].iter_rows(named=True)
    before = store.tables["contributions"].filter(pl.col("fact") == row["corrects"])
    assert (states(again), row["quantity"], row["recorded_at"]) == ({"changed": 1, "same": 1}, Decimal(5), NOW)
    assert before["quantity"].to_list() == [Decimal(3)]
    assert states(run(tmp_path, SALES, source, store_of(again), NOW)) == {"same": 2}


def test_a_row_that_changes_back_corrects_the_correction(tmp_path: Path) -> None:
    store = store_of(run(tmp_path, SALES, {"sales.csv": HEAD + ONE}))
    second = run(tmp_path, SALES, {"sales.csv": HEAD + ONE.replace("zhou,3", "zhou,5")}, store, NOW)
    third = run(tmp_path, SALES, {"sales.csv": HEAD + ONE}, store_of(second), NOW)
    assert third.added["contributions"]["corrects"].to_list() == second.added["contributions"]["fact"].to_list()
    assert third.merged()


def test_what_a_person_corrected_is_held_back(tmp_path: Path) -> None:
    store = store_of(run(tmp_path, SALES, {"sales.csv": HEAD + ONE}))
    rows = store.tables["contributions"]
    hand = rows.filter(pl.col("origin_key") == "1").with_columns(
        pl.col("fact").alias("corrects"),
        fact=pl.lit("by-hand"),
        origin=pl.lit(None, dtype=pl.String),
        origin_key=pl.lit(None, dtype=pl.String),
    )
    edited = FactStore.of({**store.tables, "contributions": pl.concat([rows, hand])})
    assert states(run(tmp_path, SALES, {"sales.csv": HEAD + ONE}, edited)) == {"same": 2}
    later = run(tmp_path, SALES, {"sales.csv": HEAD + ONE.replace("zhou,3", "zhou,5")}, edited, NOW)
    assert (states(later), later.added) == ({"same": 1, "held": 1}, {})


def test_a_further_round_corrects_the_latest_score(tmp_path: Path) -> None:
    head, first = "round,who,week,score\n", "1,zhou,2026-01-05,3\n2,zhou,2026-01-05,4\n"
    done = run(tmp_path, SCORES, {"scores.csv": head + first})
    again = run(tmp_path, SCORES, {"scores.csv": head + first + "3,zhou,2026-01-05,5\n"}, store_of(done))
    latest = done.added["contributions"].filter(pl.col("quantity") == 4)["fact"].item()
    assert again.added["contributions"]["corrects"].to_list() == [latest]
    assert again.merged()


def test_what_is_gone_stays_unless_the_user_chooses(tmp_path: Path) -> None:
    store = store_of(run(tmp_path, SALES, {"sales.csv": HEAD + ONE}))
    again = run(tmp_path, SALES, {"sales.csv": HEAD + ONE.splitlines()[0] + "\n"}, store, NOW)
    assert {table: rows.height for table, rows in again.gone.items()} == {"contributions": 1}
    assert again.merged() == {}
    (row,) = again.merged(without_gone=True)["contributions"].iter_rows(named=True)
    assert (row["void"], row["recorded_at"]) == (True, NOW)


def test_an_unreadable_row_is_not_gone(tmp_path: Path) -> None:
    store = store_of(run(tmp_path, SALES, {"sales.csv": HEAD + ONE}))
    again = run(tmp_path, SALES, {"sales.csv": HEAD + ONE.replace("zhou,3", "zhou,three")}, store, NOW)
    assert (again.gone, again.unread) == ({}, 1)


def test_rows_of_other_origins_are_never_touched(tmp_path: Path) -> None:
    store = store_of(run(tmp_path, SALES, {"sales.csv": HEAD + ONE}))
    other = "origin: elsewhere\nmaps:" + SALES.replace("\n", "\n  ").rstrip()
    again = run(tmp_path, other, {"sales.csv": HEAD + "7,zhou,3,2026-01-05\n"}, store, NOW)
    assert (states(again), again.gone) == ({"new": 1}, {})


def in_folder(folder: Path, maps: str, source: dict[str, str]) -> Import:
    run(folder, maps, source)
    return run_map(folder / "shop.yaml", folder, load_facts(folder, CONTEXT), CONTEXT, NOW)


def test_writing_adds_to_what_the_community_has(tmp_path: Path) -> None:
    in_folder(tmp_path, SALES, {"sales.csv": HEAD + ONE}).write(tmp_path)
    in_folder(tmp_path, SALES, {"sales.csv": HEAD + ONE + "3,wang,1,2026-02-01\n"}).write(tmp_path)
    assert load_facts(tmp_path, CONTEXT).tables["contributions"].height == 3


def test_a_second_import_of_the_same_source_leaves_every_byte(tmp_path: Path) -> None:
    def files() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted((tmp_path / "facts").iterdir())}

    in_folder(tmp_path, SALES, {"sales.csv": HEAD + ONE}).write(tmp_path)
    before = files()
    assert in_folder(tmp_path, SALES, {"sales.csv": HEAD + ONE}).write(tmp_path) == []
    assert files() == before


def test_nothing_is_written_while_a_record_is_unreadable(tmp_path: Path) -> None:
    done = in_folder(tmp_path, SALES, {"sales.csv": HEAD + ONE + "3,wang,many,2026-02-01\n"})
    with pytest.raises(Refused) as refused:
        done.write(tmp_path)
    assert [complaint.id for complaint in refused.value.complaints] == ["facts.cell.dec"]
    assert not (tmp_path / "facts").exists()


def test_what_was_left_out_is_told_by_source_beside_the_facts(tmp_path: Path) -> None:
    maps = SALES.replace("  set:", "  skip: {test: {column: seller, is: lin}}\n  set:")
    in_folder(tmp_path, maps, {"sales.csv": HEAD + ONE}).write(tmp_path)
    other = maps.replace("sales.csv", "more.csv").replace("id: [no]", "id: [no]\n  name: more")
    in_folder(tmp_path, other, {"more.csv": HEAD + ONE}).write(tmp_path)
    in_folder(tmp_path, maps, {"sales.csv": HEAD + "\n" + ONE}).write(tmp_path)
    told = (tmp_path / "rejects.csv").read_text(encoding="utf-8").splitlines()
    assert told == ["source,row,table,reason", "more.csv,3,contributions,test", "sales.csv,4,contributions,test"]


def reason(one: Complaint) -> str:
    return f"{one.place.column}: {one.params['seen']}"


def test_unreadable_records_are_parked_in_a_copy_of_the_file_and_enter_once_put_right(tmp_path: Path) -> None:
    source = HEAD + ONE + "3,wang,many,2026-13-01\n"
    done = in_folder(tmp_path, SALES, {"sales.csv": source})
    assert said(done) == [
        "sales.csv:4 pieces (shop.yaml:8) facts.cell.dec",
        "sales.csv:4 day (shop.yaml:9) facts.cell.occurred_at",
    ]
    parked = done.parked(reason, "原因")["sales.csv"]
    assert parked.columns == ["no", "seller", "pieces", "day", "原因"]
    assert parked["原因"].to_list() == [None, None, "pieces: many · day: 2026-13-01"]
    done.write(tmp_path, without_unread=True)
    assert load_facts(tmp_path, CONTEXT).tables["contributions"].height == 2
    path = tmp_path / "sales.parked.csv"
    path.write_text(parked.write_csv().replace("many,2026-13-01", "2,2026-03-01"), encoding="utf-8")
    mended = run_map(tmp_path / "shop.yaml", {path.name: path}, load_facts(tmp_path, CONTEXT), CONTEXT)
    assert states(mended) == {"new": 1, "same": 2}


@pytest.mark.parametrize("parked", ["sales.tsv.parked.csv", "sales.parked.csv"])
def test_a_parked_copy_stands_for_its_source(parked: str, tmp_path: Path) -> None:
    rows = (HEAD + "1,zhou,x,2026-01-05\n\n2,lin,4,2026-01-06\n").replace(",", "\t")
    maps = SALES.replace("sales.csv", "sales.tsv") + SALES.replace("sales.csv", "other.csv")
    done = run(tmp_path, maps, {"sales.tsv": rows, "other.csv": HEAD + "7,wang,1,2026-01-05\n"})
    copy = done.parked(reason, "reason")["sales.tsv"]
    assert copy["reason"].to_list() == ["pieces: x", None, None]
    (tmp_path / parked).write_text(copy.write_csv().replace(",x,", ",3,"), encoding="utf-8")
    files = {name: tmp_path / name for name in (parked, "other.csv")}
    assert run_map(tmp_path / "shop.yaml", files, EMPTY, CONTEXT).unread == 0


def test_two_sheets_of_a_workbook_are_two_sources(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "sales.xlsx") as book:
        for name, pieces in (("may", "many"), ("june", "3")):
            sheet = book.add_worksheet(name)
            for number, row in enumerate((HEAD.strip().split(","), (name, "zhou", pieces, "2026-01-05"))):
                sheet.write_row(number, 0, row)
    maps = "".join(SALES.replace("from: sales.csv", f"from: sales.xlsx\n  sheet: {name}") for name in ("may", "june"))
    done = run(tmp_path, maps, {})
    assert said(done) == ["sales.xlsx#may:2 pieces (shop.yaml:9) facts.cell.dec"]
    assert [report.made for report in done.reports] == [0, 1]
    assert done.parked(reason, "reason")["sales.xlsx#may"]["reason"].to_list() == ["pieces: many"]


def test_a_record_that_one_map_cannot_read_is_left_out_of_all(tmp_path: Path) -> None:
    maps = SALES + SALES.replace("  set:", "  name: other\n  set:").replace("{column: pieces}", '{value: "1"}')
    done = run(tmp_path, maps, {"sales.csv": HEAD + ONE.replace("zhou,3", "zhou,x")})
    assert [report.made for report in done.reports] == [1, 1]
    assert done.added["parties"]["name"].to_list() == ["lin"]


def test_what_a_community_keeps_in_a_workbook_stays_there(tmp_path: Path) -> None:
    import xlsxwriter

    head = ("fact", "occurred_at", "party", "type", "name", "origin", "origin_key")
    row = ("party-1", "2025-01-01", "p000041", "person", "Lin", "shop", "lin")
    with xlsxwriter.Workbook(tmp_path / "facts.xlsx") as book:
        sheet = book.add_worksheet("parties")
        sheet.write_row(0, 0, head)
        sheet.write_row(1, 0, row)
    done = in_folder(tmp_path, SALES, {"sales.csv": HEAD + ONE})
    done.write(tmp_path)
    assert done.added["contributions"]["party"].to_list() == ["p000042", "p000041"]
    assert load_facts(tmp_path, CONTEXT).tables["parties"].height == 2


def test_counts_tell_the_whole_source(tmp_path: Path) -> None:
    done = run(tmp_path, SALES, {"sales.csv": HEAD + ONE + "3,wang,many,2026-02-01\n"})
    assert done.reports[0].as_dict() == {
        "table": "contributions",
        "name": None,
        "source": "sales.csv",
        "read": 3,
        "elsewhere": 0,
        "repeated": 0,
        "unread": 1,
        "made": 2,
        "rows": {"new": 2, "changed": 0, "same": 0, "held": 0},
        "skipped": {},
    }
