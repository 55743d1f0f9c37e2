"""Map words for what people do in their sheets: blank repetitions, units beside figures, several in a cell, ranges."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import polars as pl
import pytest

from tenfold.facts.maps import Import

from .maps_sample import EMPTY, cells, filled, run, said, store_of
from .test_maps_words import SALES

NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)
VALUED = {"currency": "{value: CNY}"}


def values(cell: str, source: str, folder: Path, **more: str) -> list[int]:
    done = filled(cell, source, "fair_value", folder, **(more or VALUED))
    assert said(done) == []
    return done.added["contributions"]["fair_value_minor"].to_list()


def test_an_empty_cell_is_as_the_one_above_where_a_column_is_filled_down(tmp_path: Path) -> None:
    maps = SALES.replace("id: [no]", "id: [no]\n  columns: {who: {column: seller, fill: down}}")
    source = "no,seller,pieces,day\n1,zhou,3,2026-01-05\n2,,4,2026-01-06\n3,lin,5,2026-01-07\n4,,6,2026-01-08\n"
    done = run(tmp_path, maps.replace("key: seller", "key: who"), {"sales.csv": source})
    assert done.added["contributions"]["party"].to_list() == ["p000001", "p000001", "p000002", "p000002"]


@pytest.mark.parametrize(
    ("times", "cells", "expected"),
    [
        ("10000", ["1400,x", "0.5,x"], [1_400_000_000, 500_000]),
        ("{column: b, map: {万元: '10000', 元: '1'}}", ["1400,万元", "1400,元"], [1_400_000_000, 140_000]),
        ("{column: b, map: {k: '1000'}, default: '1'}", ["2,k", "2,"], [200_000, 200]),
    ],
    ids=["one for all", "a unit beside each", "a unit beside some"],
)
def test_a_plain_number_is_times_what_the_map_or_a_cell_says(
    times: str, cells: list[str], expected: list[int], tmp_path: Path
) -> None:
    source = "a,b\n" + "\n".join(cells) + "\n"
    assert values(f"{{column: a, money: {{times: {times}}}}}", source, tmp_path) == expected


def test_an_amount_with_its_own_unit_is_not_multiplied_again(tmp_path: Path) -> None:
    assert values("{column: a, money: {times: 10000}}", "a\n1400万\n1400\n", tmp_path) == [1_400_000_000] * 2


def test_the_currency_of_an_amount_comes_from_its_cell_else_from_the_one_beside_it(tmp_path: Path) -> None:
    money = "{currency: {column: b, map: {美元: USD, 人民币: CNY}}"
    source = "a,b\n50万,美元\nUSD 2m,\n70,人民币\n"
    done = filled(
        f"{{column: a, money: {money}}}}}",
        source,
        "fair_value",
        tmp_path,
        currency=f"{{column: a, money: {money}, take: currency}}, default: CNY}}",
    )
    assert said(done) == []
    rows = done.added["contributions"].select("fair_value_minor", "currency").rows()
    assert rows == [(50_000_000, "USD"), (200_000_000, "USD"), (7_000, "CNY")]


def test_a_currency_in_the_cell_that_contradicts_the_one_beside_it_is_no_amount(tmp_path: Path) -> None:
    money = "{currency: {column: b}}"
    done = filled(f"{{column: a, money: {money}}}", "a,b\nUSD 2m,CNY\n", "fair_value", tmp_path, **VALUED)
    assert said(done) == ["s.csv:2 a (shop.yaml:10) maps.money.contradiction"]


@pytest.mark.parametrize("between", ["、", " and ", " & ", "; ", "，"])
def test_names_in_one_cell_are_parted_at_any_of_several_marks(between: str, tmp_path: Path) -> None:
    marks = '["、", " and ", " & ", ";", "，"]'
    maps = SALES.replace("id: [no]", f"id: [no, $item]\n  each: {{column: seller, split: {marks}, strip: true}}")
    source = f'no,seller,pieces,day\n1,"zhou{between}anders",3,2026-01-05\n'
    done = run(tmp_path, maps.replace("key: seller", "key: $item"), {"sales.csv": source})
    assert done.added["parties"]["name"].to_list() == ["zhou", "anders"]


def test_equal_items_of_one_cell_keep_their_number_in_it(tmp_path: Path) -> None:
    maps = SALES.replace("id: [no]", 'id: [no, $item, $nth]\n  each: {column: seller, split: "、"}')
    maps = maps.replace("key: seller", "key: $item").replace("column: pieces", "column: $nth")
    done = run(tmp_path, maps, {"sales.csv": "no,seller,pieces,day\n1,zhou、wu、zhou,3,2026-01-05\n"})
    assert done.added["contributions"]["quantity"].to_list() == [Decimal(1), Decimal(1), Decimal("1.2")]


DEALS = """
origin: ORIGIN
who:
  - {name: investor, kind: organisation}
maps:
  - table: rounds
    from: deals.csv
    id: [$row]
    match: {by: [round]}
    distinct: [stage]
    set:
      round: {value: seed}
      stage: {value: seed}
      instrument: {value: equity}
      state: {value: open}
      currency: {value: CNY}
      occurred_at: {value: 2026-01-01}
  - table: opportunities
    from: deals.csv
    id: [$row]
    match: {by: [party, round]}
    set:
      opportunity: {of: [party, round]}
      round: {value: seed}
      party: {who: investor}
      amount: {column: sum, money: {}}
      amount_to: {column: sum, money: {take: upper}}
      amount_known: {column: sum, money: {take: known}}
      currency: {value: CNY}
      stage: {column: stage}
      occurred_at: {column: day}
"""


def deals(folder: Path, origin: str, rows: str, before: Import | None = None) -> Import:
    sources = {"deals.csv": f"investor,sum,stage,day\n{rows}"}
    store = EMPTY if before is None else store_of(before)
    return run(folder, DEALS.replace("ORIGIN", origin), sources, store, NOW)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("5万", (5_000_000, None, "exact")),
        ("约5万", (5_000_000, None, "about")),
        ("5-8万", (5_000_000, 8_000_000, "range")),
        ("500–800万", (500_000_000, 800_000_000, "range")),
        ("up to 2m", (200_000_000, None, "at_most")),
        (">= 2m", (200_000_000, None, "at_least")),
    ],
)
def test_how_exact_an_amount_is_is_kept(cell: str, expected: tuple[int, int | None, str], tmp_path: Path) -> None:
    done = deals(tmp_path, "list", f"青松资本,{cell},meeting,2026-03-01\n")
    assert said(done) == []
    row = done.added["opportunities"].select("amount_minor", "amount_to_minor", "amount_known").row(0)
    assert row == expected


def test_rows_of_two_files_are_one_thing_where_they_say_the_same_of_what_names_it(tmp_path: Path) -> None:
    one = deals(tmp_path, "monday", "青松资本,5万,meeting,2026-03-01\n")
    two = deals(tmp_path, "friday", "青松資本,5万,signed,2026-03-08\n海棠基金,9万,meeting,2026-03-08\n", one)
    (first,) = one.added["opportunities"].iter_rows(named=True)
    rows = two.added["opportunities"].select("opportunity", "party", "stage").rows()
    assert (first["opportunity"], first["party"], "signed") in rows
    assert len({opportunity for opportunity, _, _ in rows}) == 2
    assert two.added["parties"]["name"].to_list() == ["海棠基金"]
    again = deals(tmp_path, "friday", "青松資本,5万,signed,2026-03-08\n海棠基金,9万,meeting,2026-03-08\n", two)
    assert again.added == {}


MEMBERS = """
- table: parties
  from: m.csv
  id: [who]
  set:
    party: {key: who, kind: {column: kind}}
    type: {column: kind}
    name: {column: who}
    occurred_at: {value: 2026-01-05}
- table: memberships
  from: m.csv
  id: [who]
  set:
    party: {key: who, kind: {column: kind}}
    class: {column: class}
    state: {value: active}
    occurred_at: {value: 2026-01-05}
"""


@pytest.mark.parametrize(
    "kinds",
    [
        ("person", "organisation", "person"),
        ("organisation", "person", "organisation"),
        ("organisation", "vehicle", "public_body"),
    ],
    ids="-".join,
)
def test_what_somebody_is_may_be_corrected_by_a_later_file(kinds: tuple[str, str, str], tmp_path: Path) -> None:
    store = EMPTY
    keys, told = set(), []
    for kind in kinds:
        done = run(tmp_path, MEMBERS, {"m.csv": f"who,kind,class\npine,{kind},investor\n"}, store, NOW)
        keys |= set(done.added["parties"]["party"])
        told += [sum(report.states["changed"] for report in done.reports)]
        assert not done.gone
        store = store_of(done)
    corrected = store.tables["parties"]["corrects"].drop_nulls()
    (now,) = store.tables["parties"].filter(~pl.col("fact").is_in(corrected.implode()))["type"]
    assert (now, len(keys), told) == (kinds[-1], 1, [0, 1, 1])


def test_the_class_of_a_member_may_be_corrected_by_a_later_file(tmp_path: Path) -> None:
    source = "who,kind,class\npine,person,investor\n"
    store = store_of(run(tmp_path, MEMBERS, {"m.csv": source}))
    done = run(tmp_path, MEMBERS, {"m.csv": source.replace("investor", "expert")}, store, NOW)
    (row,) = done.added["memberships"].iter_rows(named=True)
    assert (row["class"], row["corrects"]) == ("expert", store.tables["memberships"]["fact"].item())
    assert done.merged()


def test_a_map_whose_constant_kind_was_wrong_is_put_right(tmp_path: Path) -> None:
    wrong = dedent(SALES).replace("kind: person", "kind: organisation")
    source = {"sales.csv": "no,seller,pieces,day\n1,zhou,3,2026-01-05\n"}
    store = store_of(run(tmp_path, wrong.replace("id: [no]", "id: [seller]"), source))
    done = run(tmp_path, SALES.replace("id: [no]", "id: [seller]"), source, store, NOW)
    assert (done.added, done.gone) == ({}, {})


def test_a_cell_that_is_left_empty_is_told_and_its_row_is_taken(tmp_path: Path) -> None:
    done = filled("{column: a, email: true, loose: true}", "a\nno address\n", "what", tmp_path)
    assert said(done) == ["s.csv:2 a (shop.yaml:9) maps.email.unread"]
    assert cells(done.added["contributions"], "what") == [(None,)]
