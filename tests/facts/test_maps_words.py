"""Every word of the map language, on sources of a few rows."""

from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import polars as pl
import pytest

from .maps_sample import cells, filled, run, said

SALES = """
- table: contributions
  from: sales.csv
  id: [no]
  set:
    party: {key: seller, kind: person}
    type: {value: sale}
    quantity: {column: pieces}
    occurred_at: {column: day}
"""


def values(cell: str, source: str, tmp_path: Path, target: str = "quantity") -> list[object]:
    done = filled(cell, source, target, tmp_path)
    assert said(done) == []
    return done.added["contributions"][target].to_list()


def test_a_row_carries_its_cells_its_origin_and_an_id_from_its_source(tmp_path: Path) -> None:
    done = run(tmp_path, SALES, {"sales.csv": "no,seller,pieces,day\nA7,zhou,3,2026-01-05\n"})
    row = done.added["contributions"].row(0, named=True)
    assert (row["party"], row["type"], row["quantity"]) == ("p000001", "sale", Decimal(3))
    assert (row["origin"], row["origin_key"], row["recorded_by"]) == ("shop", "A7", "import:shop")
    assert row["fact"].startswith("contributions-") and len(row["fact"]) == len("contributions-") + 12


def test_the_id_follows_from_the_cells_and_not_from_the_place_in_the_file(tmp_path: Path) -> None:
    one = run(tmp_path, SALES, {"sales.csv": "no,seller,pieces,day\nA7,zhou,3,2026-01-05\nA8,lin,1,2026-01-05\n"})
    two = run(tmp_path, SALES, {"sales.csv": "day,no,pieces,seller\n2026-01-05,A8,1,lin\n2026-01-05,A7,3,zhou\n"})
    assert sorted(one.added["contributions"]["fact"]) == sorted(two.added["contributions"]["fact"])


def test_parties_are_numbered_in_order_of_first_appearance_and_written_once(tmp_path: Path) -> None:
    done = run(
        tmp_path,
        SALES,
        {"sales.csv": "no,seller,pieces,day\n1,zhou,3,2026-02-05\n2,lin,1,2026-01-05\n3,zhou,1,2026-01-02\n"},
    )
    assert cells(done.added["parties"], "party", "name", "type", "occurred_at") == [
        ("p000001", "zhou", "person", "2026-01-01T16:00"),
        ("p000002", "lin", "person", "2026-01-04T16:00"),
    ]


def test_no_origin_key_holds_the_name_of_a_person(tmp_path: Path) -> None:
    maps = SALES.replace("id: [no]", "id: [seller]")
    done = run(tmp_path, maps, {"sales.csv": "no,seller,pieces,day\n1,Zhou Lin,3,2026-02-05\n"})
    kept = [done.added[table]["origin_key"].item() for table in ("parties", "contributions")]
    assert all(len(key) == 16 and "Zhou" not in key for key in kept)


def test_an_organisation_may_be_one_constant_and_keeps_its_name_as_key(tmp_path: Path) -> None:
    done = filled("{value: shop, kind: organisation}", "a\n1\n", "party", tmp_path)
    assert cells(done.added["parties"], "party", "type", "origin_key") == [("o000001", "organisation", "shop")]


def test_two_files_that_name_the_same_party_mean_one(tmp_path: Path) -> None:
    maps = SALES + SALES.replace("sales.csv", "more.csv").replace("id: [no]", "id: [no]\n  name: more")
    rows = "no,seller,pieces,day\n1,zhou,3,2026-02-05\n"
    done = run(tmp_path, maps, {"sales.csv": rows, "more.csv": rows.replace("zhou", " zhou ")})
    assert done.added["parties"].height == 1
    assert done.added["contributions"]["party"].to_list() == ["p000001", "p000001"]


def test_a_map_into_parties_describes_those_whom_others_mention(tmp_path: Path) -> None:
    people = """
    - table: parties
      from: people.csv
      id: [nick]
      set:
        party: {key: nick, kind: {column: what, map: {P: person, O: organisation}}}
        type: {column: what, map: {P: person, O: organisation}}
        name: {column: full}
        occurred_at: {value: 2025-01-01}
    """
    sources = {
        "people.csv": "nick,what,full\nzhou,P,Zhou Lin\nmill,O,The Mill\n",
        "sales.csv": "no,seller,pieces,day\n1,zhou,3,2026-02-05\n2,lin,3,2026-02-05\n",
    }
    done = run(tmp_path, SALES + dedent(people), sources)
    assert cells(done.added["parties"], "party", "type", "name") == [
        ("p000001", "person", "Zhou Lin"),
        ("o000001", "organisation", "The Mill"),
        ("p000002", "person", "lin"),
    ]


def test_the_key_of_another_thing_is_the_same_wherever_its_cells_are(tmp_path: Path) -> None:
    maps = """
    - table: commitments
      from: p.csv
      id: [project, part]
      set:
        commitment: {key: [project, part]}
        party: {value: mill, kind: organisation}
        source_kind: {value: own}
        what: {column: project}
        occurred_at: {value: 2026-01-01}
    - table: commitment_steps
      from: p.csv
      id: [project, part]
      set:
        commitment: {key: [project, part]}
        step: {value: accepted}
        by: {value: mill, kind: organisation}
        occurred_at: {value: 2026-01-01}
    """
    done = run(tmp_path, maps, {"p.csv": "project,part\na|b,c\na,b|c\n"})
    made = done.added["commitments"]["commitment"].to_list()
    assert made == done.added["commitment_steps"]["commitment"].to_list()
    assert len(set(made)) == 2 and done.merged()


@pytest.mark.parametrize(
    ("cell", "given", "expected"),
    [
        ("{column: a, round: 2}", "2.675", "2.68"),
        ("{column: a, round: 2}", "2.665", "2.66"),
        ("{column: a, round: 0}", "-0.5", "0"),
        ("{column: a, round: 18}", "1.25e-7", "0.000000125"),
        ("{column: a, round: 1}", "1.2E3", "1200"),
        ("{column: a, round: 0}", '"1,234.5"', "1234"),
        ("{column: a, round: 0}", "1400万", "14000000"),
        ("{column: a, strip: true}", '"  7 "', "7"),
        ('{column: a, strip: "€ "}', "7 €", "7"),
        ('{column: a, split: "/", take: first}', "7/8/9", "7"),
        ('{column: a, split: "/", take: last}', "7/8/ 9", "9"),
        ('{column: a, map: {few: "2", many: "9"}}', "many", "9"),
        ('{column: a, default: "5"}', '""', "5"),
        ('{column: a, map: {x: ""}, default: "6"}', "x", "6"),
        ('{column: a, map: {x: ""}, else: {value: "8"}}', "x", "8"),
        ('{column: a, else: {column: b, else: {value: "8"}}}', '""', "8"),
        ("{column: $row}", "x", "2"),
        ("{column: a, prefix: 1}", "23", "123"),
    ],
)
def test_a_cell_becomes_a_number(cell: str, given: str, expected: str, tmp_path: Path) -> None:
    assert values(cell, f"a,b,c\n{given},,x\n", tmp_path) == [Decimal(expected)]


@pytest.mark.parametrize(
    ("cell", "given", "expected"),
    [
        ('{column: a, date: ["%d.%m.%Y"]}', "5.1.2026", "2026-01-04T16:00"),
        ('{column: a, date: ["%d.%m.%Y", "%Y-%m-%d"]}', "2026-01-05", "2026-01-04T16:00"),
        ('{column: a, date: "%d/%m/%Y %H:%M"}', "05/01/2026 09:30", "2026-01-05T01:30"),
        ('{column: a, date: "%Y-%m-%dT%H:%M:%S%z"}', "2026-01-05T09:30:00+0100", "2026-01-05T08:30"),
        ('{column: a, date: ["%d/%m/%Y", "%m/%d/%Y"]}', "03/03/2026", "2026-03-02T16:00"),
        ("{column: a, plus: 1d}", "2026-01-05", "2026-01-05T16:00"),
        ("{column: a, plus: -1m}", "2026-03-31", "2026-02-27T16:00"),
        ("{column: a, plus: 1y}", "2026-01-05T08:00:00Z", "2027-01-05T08:00"),
        ("{column: a, before: true}", "2026-01-05 09:00:00", "2026-01-04T16:00"),
    ],
)
def test_a_cell_becomes_a_time(cell: str, given: str, expected: str, tmp_path: Path) -> None:
    done = filled(cell, f"a\n{given}\n", "occurred_at", tmp_path)
    assert said(done) == []
    assert cells(done.added["contributions"], "occurred_at") == [(expected,)]


@pytest.mark.parametrize(
    ("form", "given", "precision"),
    [
        ("%m/%Y", "03/2025", "month"),
        ("%m/%Y", "０３／２０２５", "month"),
        ("%b %Y", "Mar 2025", "month"),
        ("%y", "25", "year"),
    ],
)
def test_a_date_without_a_day_keeps_its_precision(form: str, given: str, precision: str, tmp_path: Path) -> None:
    done = filled(f'{{column: a, date: "{form}"}}', f"a\n{given}\n", "occurred_at", tmp_path)
    assert done.added["contributions"]["precision"].to_list() == [precision]


def test_known_only_as_before_a_date_is_kept_as_that(tmp_path: Path) -> None:
    done = filled("{column: a, before: true}", "a\n2025-03-04\n", "occurred_at", tmp_path)
    assert done.added["contributions"]["precision"].to_list() == ["before"]


def test_a_cell_is_looked_up_in_another_source(tmp_path: Path) -> None:
    maps = SALES.replace("{column: pieces}", "{column: item, lookup: {in: prices.csv, match: name, take: price}}")
    sources = {
        "sales.csv": "no,seller,item,day\n1,zhou,pen,2026-02-05\n2,lin,ink,2026-02-06\n",
        "prices.csv": "name,price\npen,2.5\nink,9\npen,2.5\n",
    }
    done = run(tmp_path, maps, sources)
    assert done.added["contributions"]["quantity"].to_list() == [Decimal("2.5"), Decimal(9)]


def test_only_keeps_to_its_own_rows_and_skip_counts_what_is_left_out(tmp_path: Path) -> None:
    more = """
  only: {column: kind, is: [sale, gift]}
  skip:
    test: {column: seller, is: tester}
    nobody: {column: seller, is: ""}
    left: {column: seller, not_in: staff.csv#name}
"""
    maps = SALES.replace("  set:", more.strip("\n") + "\n  set:")
    rows = "1,zhou,3,2026-01-05,sale\n2,tester,3,2026-01-05,sale\n3,,3,2026-01-05,gift\n4,old,3,2026-01-05,sale\n"
    sources = {"sales.csv": f"no,seller,pieces,day,kind\n{rows}5,zhou,3,2026-01-05,loan\n", "staff.csv": "name\nzhou\n"}
    done = run(tmp_path, maps, sources)
    (report,) = done.reports
    assert (report.read, report.elsewhere, report.made) == (5, 1, 1)
    assert report.skipped == {"test": 1, "nobody": 1, "left": 1}
    assert done.rejects.rows() == [
        ("sales.csv", 3, "contributions", "test"),
        ("sales.csv", 4, "contributions", "nobody"),
        ("sales.csv", 5, "contributions", "left"),
    ]


def test_one_row_per_item_of_a_list_cell(tmp_path: Path) -> None:
    maps = SALES.replace("id: [no]", 'id: [no, $item]\n  each: {column: seller, split: "|", strip: " ,."}')
    maps = maps.replace("key: seller", "key: $item")
    done = run(tmp_path, maps, {"sales.csv": 'no,seller,pieces,day\n1,"zhou |lin,.| ",3,2026-02-05\n'})
    assert done.added["parties"]["name"].to_list() == ["zhou", "lin"]


def test_distinct_keeps_the_first_row_of_each_combination(tmp_path: Path) -> None:
    maps = SALES.replace("id: [no]", "id: [seller]\n  distinct: [seller]")
    done = run(tmp_path, maps, {"sales.csv": "no,seller,pieces,day\n1,zhou,3,2026-01-05\n2,zhou,9,2026-01-06\n"})
    assert done.added["contributions"]["quantity"].to_list() == [Decimal(3)]
    assert done.reports[0].repeated == 1


def test_equal_records_are_told_apart_by_counting_them(tmp_path: Path) -> None:
    maps = SALES.replace("id: [no]", "id: [seller, $nth]")
    rows = "1,zhou,3,2026-01-05\n1,lin,3,2026-01-05\n1,zhou,3,2026-01-05\n"
    done = run(tmp_path, maps, {"sales.csv": "no,seller,pieces,day\n" + rows})
    assert done.added["contributions"]["fact"].n_unique() == 3


PANEL = """
- table: memberships
  from: panel.csv
  id: [who, month]
  snapshots:
    key: [who]
    at: month
    watch: [tier]
    first: {occurred_at: {column: month, before: true}}
    gone: {state: {value: alumni}, tier: {value: ""}}
  set:
    party: {key: who, kind: organisation}
    class: {value: member}
    state: {value: active}
    tier: {column: tier}
    occurred_at: {column: month}
"""


def test_a_panel_tells_entering_changing_leaving_and_returning(tmp_path: Path) -> None:
    months = {
        "2026-01-01": {"mill": "gold", "yard": "silver"},
        "2026-02-01": {"mill": "gold", "yard": "gold"},
        "2026-03-01": {"yard": "gold"},
        "2026-04-01": {"mill": "silver", "yard": "gold"},
    }
    rows = [f"{month},{who},{tier}" for month, there in months.items() for who, tier in there.items()]
    done = run(tmp_path, PANEL, {"panel.csv": "month,who,tier\n" + "\n".join(reversed(rows)) + "\n"})
    named = dict(done.added["parties"].select("party", "name").iter_rows())
    told = done.added["memberships"].sort("occurred_at", "party")
    assert [
        (named[party], *rest) for party, *rest in cells(told, "party", "occurred_at", "state", "tier", "precision")
    ] == [
        ("yard", "2025-12-31T16:00", "active", "silver", "before"),
        ("mill", "2025-12-31T16:00", "active", "gold", "before"),
        ("yard", "2026-01-31T16:00", "active", "gold", None),
        ("mill", "2026-02-28T16:00", "alumni", None, None),
        ("mill", "2026-03-31T16:00", "active", "silver", None),
    ]


def test_without_gone_a_panel_tells_first_appearances_and_changes_only(tmp_path: Path) -> None:
    maps = PANEL.replace('    gone: {state: {value: alumni}, tier: {value: ""}}\n', "").replace("[tier]", "[]")
    rows = "2026-01-01,mill,a\n2026-02-01,yard,a\n2026-03-01,mill,b\n"
    done = run(tmp_path, maps, {"panel.csv": "month,who,tier\n" + rows})
    assert done.added["memberships"].height == 2


SCORES = """
- table: contributions
  from: scores.csv
  id: [round, who, week]
  rescored: {by: [who, week], order: {column: round, map: {1: 2026-02-01, 2: 2026-03-01, 3: 2026-04-01}}}
  set:
    party: {key: who, kind: person}
    type: {value: score}
    quantity: {column: score}
    occurred_at: {column: week}
"""


def test_a_later_score_corrects_the_one_before_and_an_equal_one_is_dropped(tmp_path: Path) -> None:
    rows = "2,zhou,2026-01-05,4\n1,zhou,2026-01-05,3\n3,zhou,2026-01-05,4.0\n1,zhou,2026-01-12,7\n"
    done = run(tmp_path, SCORES, {"scores.csv": "round,who,week,score\n" + rows})
    told = {row["quantity"]: row for row in done.added["contributions"].iter_rows(named=True)}
    assert sorted(told) == [Decimal(3), Decimal(4), Decimal(7)]
    assert told[Decimal(4)]["corrects"] == told[Decimal(3)]["fact"]
    assert told[Decimal(4)]["recorded_at"].isoformat() == "2026-02-28T16:00:00+00:00"
    assert done.reports[0].repeated == 1 and done.merged()


def test_rows_are_known_when_they_occurred_unless_a_column_says_when(tmp_path: Path) -> None:
    maps = SALES.replace("  set:", "  recorded_at: {column: heard}\n  set:")
    same = SALES.replace("  set:", "  recorded_at: same\n  set:")
    source = {"sales.csv": "no,seller,pieces,day,heard\n1,zhou,3,2026-01-05,2026-01-09\n"}
    assert cells(run(tmp_path, maps, source).added["contributions"], "recorded_at") == [("2026-01-08T16:00",)]
    assert cells(run(tmp_path, same, source).added["contributions"], "recorded_at") == [("2026-01-04T16:00",)]


def test_sources_may_be_tab_separated_packed_or_a_sheet_of_a_workbook(tmp_path: Path) -> None:
    import gzip

    import xlsxwriter

    rows = [("no", "seller", "pieces", "day"), ("1", "zhou", "3", "2026-01-05")]
    (tmp_path / "sales.tsv.gz").write_bytes(gzip.compress("\n".join("\t".join(row) for row in rows).encode()))
    with xlsxwriter.Workbook(tmp_path / "sales.xlsx") as book:
        book.add_worksheet("notes")
        sheet = book.add_worksheet("sales")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    packed = run(tmp_path, SALES.replace("sales.csv", "sales.tsv.gz"), {})
    sheets = run(tmp_path, SALES.replace("from: sales.csv", "from: sales.xlsx\n  sheet: sales"), {})
    assert packed.added["contributions"].equals(sheets.added["contributions"])


def test_money_is_read_in_the_currency_of_the_row(tmp_path: Path) -> None:
    done = filled("{column: a, round: 2}", "a\n12.345\n", "fair_value", tmp_path, currency="{value: CNY}")
    assert done.added["contributions"].select(pl.col("fair_value_minor")).item() == 1234


def test_a_made_column_serves_wherever_a_column_does(tmp_path: Path) -> None:
    maps = SALES.replace(
        "id: [no]",
        'columns: {who: {column: seller, split: " (", take: first}}\n  id: [who]\n  only: {column: who, is_not: lin}\n'
        "  distinct: [who]",
    ).replace("key: seller", "key: who")
    done = run(
        tmp_path,
        maps,
        {"sales.csv": "no,seller,pieces,day\n1,zhou (a),3,2026-01-05\n2,zhou (b),1,2026-01-06\n3,lin,1,2026-01-06\n"},
    )
    assert done.added["parties"]["name"].to_list() == ["zhou"]


def test_a_party_that_two_maps_describe_is_written_once(tmp_path: Path) -> None:
    people = dedent("""
    - table: parties
      from: people.csv
      id: [nick]
      set:
        party: {key: nick, kind: organisation}
        type: {value: organisation}
        name: {column: nick}
        occurred_at: {value: 2025-01-01}
    """)
    done = run(tmp_path, people + people, {"people.csv": "nick\nmill\nyard\n"})
    assert [report.made for report in done.reports] == [2, 0]
    assert done.merged()["parties"].height == 2


def test_equal_items_of_one_cell_are_told_apart_by_their_number(tmp_path: Path) -> None:
    maps = SALES.replace("id: [no]", 'id: [no, $item, $nth]\n  each: {column: seller, split: "|", strip: " ,."}')
    maps = maps.replace("key: seller", "key: $item")
    head = "no,seller,pieces,day\n"
    once = run(tmp_path, maps, {"sales.csv": f"{head}1,zhou|wu,3,2026-01-05\n"})
    again = run(tmp_path, maps, {"sales.csv": f"{head}1,zhou|wu|zhou|zhou,3,2026-01-05\n"})
    assert said(again) == []
    first, all_ = (set(done.added["contributions"]["fact"]) for done in (once, again))
    assert len(all_) == 4
    assert first < all_, "the first of equal items keeps its name"
