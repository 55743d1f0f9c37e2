"""The store: tables as declared, rows of one community, kept whatever happens."""

import ast
import hashlib
import json
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.night import examples
from tests.web import place

from tenfold.engine.community import Community as Known
from tenfold.engine.community import Moment
from tenfold.engine.cycle import run
from tenfold.engine.files import write_cycle
from tenfold.facts.declaration import TABLES
from tenfold.terms.errors import Refused
from tenfold.web import store
from tenfold.web.jobs.recompute import recompute
from tenfold.web.rights.names import rules_of
from tenfold.web.store import append, folders, keeping
from tenfold.web.store.append import Author, commitment, new_id, writing
from tenfold.web.store.bound import AppendOnly, Bound
from tenfold.web.store.charters import rulebook_of
from tenfold.web.store.communities import Chain, CharterDraft, Community, JournalEntry, PersonalCell
from tenfold.web.store.current import counting, current, standing
from tenfold.web.store.declared import MODELS
from tenfold.web.store.folders import take_in, write_folder
from tenfold.web.store.results import CycleRun, DecisionResult, MeasureResult
from tenfold.web.store.source import known, read_facts

on_one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
WEB = Path(store.__file__).parents[1]
# Ways around the managers that are bound to one community; these files speak to the database by statements.
AROUND = {"_base_manager", "_default_manager", "raw", "extra"}
STATEMENTS = {"append.py", "source.py", "backups.py", "doctor.py"}
ACCOUNTS = ("Account", "Seat", "Founding", "Invitation", "Letter", "EmailAddress", "Authenticator")
ADDED = {"CharterText", "CharterDraft", "JournalEntry", "DailyHead", "Look"}  # only ever added to, beside the facts
# What is not of one community, or is found by its own key.
UNBOUND = ("Community", "Chain", "Lease", *ACCOUNTS)


def test_the_database_has_the_tables_that_are_declared(database: str) -> None:
    with connection.cursor() as cursor:
        for name, table in TABLES.items():
            described = connection.introspection.get_table_description(cursor, f"facts_{name}")
            found = {one.name: bool(one.null_ok) for one in described}
            declared = {one.stored: not one.required for one in table.columns.values() if not one.personal}
            assert {column: null for column, null in found.items() if column in declared} == declared
            assert set(found) - set(declared) == {"id", "community_id", "sequence"}


def test_the_migrations_are_what_the_models_are(database: str) -> None:
    said = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=said)
    assert "No changes" in said.getvalue()


def test_whatever_is_only_added_is_kept_by_the_database(database: str) -> None:
    kept = [model for model in apps.get_models() if issubclass(model, AppendOnly)]
    assert {model.__name__ for model in kept if model not in MODELS.values()} == ADDED
    catalogue = {
        "sqlite": "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT DISTINCT event_object_table FROM information_schema.triggers",
    }
    with connection.cursor() as cursor:
        cursor.execute(catalogue[database])
        guarded = {name for (name,) in cursor.fetchall()}
    assert {model._meta.db_table for model in kept} <= guarded


def test_whatever_is_of_a_community_is_asked_for_by_community() -> None:
    own = [model for model in apps.get_app_config("store").get_models() if model.__name__ not in UNBOUND]
    assert [model.__name__ for model in own if not isinstance(model._default_manager, Bound)] == []


def test_no_code_goes_around_the_managers() -> None:
    found = [place for path in sorted(WEB.rglob("*.py")) if "migrations" not in path.parts for place in _around(path)]
    assert found == []


def _around(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Attribute(attr=name) if name in AROUND:
                yield f"{path.name}:{node.lineno} {name}"
            case ast.Attribute(attr="cursor") if path.name not in STATEMENTS:
                yield f"{path.name}:{node.lineno} cursor"
            case ast.Attribute(attr="objects", value=ast.Name(id=name)) if name not in UNBOUND:
                yield f"{path.name}:{node.lineno} {name}.objects"
            case _:
                pass


@pytest.fixture(scope="session")
def whole(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the folder's own cycle writes."""
    out = tmp_path_factory.mktemp("whole")
    there = Known.load(folder)
    write_cycle(run(there, there.moment()), out)
    return out


def test_the_cycle_of_a_database_is_that_of_its_folder(community: Community, whole: Path, tmp_path: Path) -> None:
    assert community.clock is not None
    moment = Moment(community.clock, Chain.objects.get(pk=community.pk).recorded_at or community.clock)
    write_cycle(run(known(community), moment), tmp_path)
    for name in ("decisions.jsonl", "measures.jsonl", "cycle.json"):
        assert (tmp_path / name).read_bytes() == (whole / name).read_bytes()


def test_a_charter_that_was_adopted_late_holds_from_then_on_pages_as_in_the_engine(
    database: str, tmp_path: Path
) -> None:
    folder = place.write(tmp_path / "late")
    older = (folder / "charter.yaml").read_text("utf-8")
    (folder / "charters").mkdir()
    (folder / "charters" / "small-v1.yaml").write_text(older, "utf-8")
    newer = older.replace("version: 1", "version: 2\n  supersedes: 1").replace("2020-01-01", "2026-02-01")
    (folder / "charter.yaml").write_text(newer, "utf-8")
    community = take_in(folder, "late", Author("import:late"))
    assert [charter.version for _, charter in rulebook_of(community).versions] == [1, 2]
    late = community.clock
    with writing(community, Author("us")) as writer:
        said = {"charter_version": "small-v2", "state": "adopted", "sha256": rulebook_of(community).newest.sha256}
        writer.add("charter_versions", **said, effective_from=datetime(2026, 2, 1, tzinfo=UTC))
    assert rules_of(community).version == 2
    assert rulebook_of(community).judging(late - timedelta(seconds=1)).version == 1
    assert rulebook_of(community).versions == known(community).rulebook.versions


@pytest.mark.parametrize("price", ["0.0001", "0.123456789012345678", "0.000000000000000001", "123456789012345.6"])
def test_a_price_is_kept_to_its_last_digit(community: Community, price: str) -> None:
    """No float stands between: SQLite would keep a decimal as one."""
    with writing(community, Author("fin")) as writer:
        fact = writer.add(
            "holdings", party="lin", security="common", units=7, price=Decimal(price), currency="CNY", action="issue"
        )
    kept = known(community).facts.tables["holdings"].filter(fact=fact)
    assert kept["price"].to_list() == [Decimal(price)]
    (row,) = current(community, "holdings", fact=[fact])
    assert Decimal(row["price"]) == Decimal(price)


@on_one_database
def test_a_folder_is_taken_in_some_rows_at_a_time(database: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (append, folders):
        monkeypatch.setattr(module, "PORTION", 7)
    community = take_in(folder, "few", Author("import:few"))
    assert known(community).digest == Known.load(folder).digest
    learned = [row["recorded_at"] for row in rows_by_sequence(community)]
    assert learned == sorted(learned)
    assert Chain.objects.get(pk=community.pk).recorded_at == learned[-1]


def rows_by_sequence(community: Community) -> list[dict[str, Any]]:
    """Every fact of a community in the order of its journal."""
    rows = [row for model in MODELS.values() for row in model.rows.of(community).values("sequence", "recorded_at")]
    return sorted(rows, key=lambda row: row["sequence"])


@on_one_database
def test_a_proposed_charter_comes_along_and_goes_out_again(database: str, tmp_path: Path) -> None:
    folder = place.write(tmp_path / "drafts")
    proposed = (folder / "charter.yaml").read_bytes().replace(b"version: 1", b"version: 2")
    proposed = proposed.replace(b"2020-01-01", b"2027-01-01")
    (folder / "drafts").mkdir()
    (folder / "drafts" / "mine.yaml").write_bytes(proposed)
    community = take_in(folder, "drafts", Author("import:drafts"))
    write_folder(community, tmp_path / "out")
    (written,) = (tmp_path / "out" / "drafts").iterdir()
    assert written.read_bytes() == proposed
    again = take_in(tmp_path / "out", "again", Author("import:again"))
    assert [bytes(one.content) for one in CharterDraft.rows.of(again)] == [proposed]
    with writing(community, Author("us")) as writer:
        writer.charter(2, proposed)
    write_folder(community, tmp_path / "adopted")
    assert not (tmp_path / "adopted" / "drafts").exists()
    (folder / "drafts" / "mine.yaml").write_bytes(b"charter: {id: other")
    with pytest.raises(Refused):
        take_in(folder, "broken", Author("import:broken"))


@on_one_database
def test_numbers_are_kept_a_few_measures_at_a_time(
    computed: Community, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "HELD", 10)
    other = take_in(folder, "other", Author("import:other"))
    recompute(other)
    for model in (DecisionResult, MeasureResult):
        kept = [sorted(model.rows.of(one).values_list("content", flat=True)) for one in (computed, other)]
        assert kept[0]
        assert kept[0] == kept[1]
    whole = run(known(other), Moment(*CycleRun.rows.of(other).values_list("as_of", "known_at").get()))
    assert all(not change.over and not change.new for _, change in keeping.differences(other, whole))


def test_two_communities_may_hold_the_same_keys(community: Community, folder: Path) -> None:
    other = take_in(folder, "other", Author("import:other"))
    assert known(other).digest == known(community).digest
    with writing(other, Author("op")) as writer:
        writer.add("interactions", member="lin", direction="out", channel="call")
    assert known(other).facts.count == known(community).facts.count + 1


def test_facts_are_read_as_of_an_entry(community: Community) -> None:
    before = Chain.objects.get(pk=community.pk).sequence
    with writing(community, Author("op")) as writer:
        fact = writer.add("interactions", member="lin", direction="out", channel="call", flags=["decision"])
    assert known(community, before).facts.count + 1 == known(community).facts.count
    new = read_facts(community, until=before + 1, after=before)
    assert [(name, rows["fact"].to_list()) for name, rows in new.tables.items() if rows.height] == [
        ("interactions", [fact])
    ]


def test_what_people_typed_stands_in_one_place_alone(community: Community) -> None:
    with writing(community, Author("op")) as writer:
        fact = writer.add("commitments", commitment="c", party="lin", source_kind="own", what="一句悄悄话")
    cell = PersonalCell.rows.of(community).get(fact=fact)
    entry = JournalEntry.rows.of(community).get(fact=fact)
    payload = json.loads(entry.body)["payload"]
    assert "悄悄" not in entry.body
    assert payload["commitments"] == {"what": commitment(cell.salt, "一句悄悄话")}
    assert payload["row"]["commitment"] == "c"
    assert hashlib.sha256(entry.body.encode()).hexdigest() == entry.hash
    assert not hasattr(MODELS["commitments"], "what")


@on_one_database
def test_rows_are_found_by_what_they_name_and_no_table_is_read_whole(community: Community) -> None:
    """SQLite takes an index by time for the better one unless time stands in the other too."""
    for table, model in MODELS.items():
        for index in model._meta.indexes:
            _, column, *rest = index.fields
            if rest:
                found = counting(community, table).filter(**{f"{column}__in": ["a", "b"]})
                assert f"INDEX {index.name} (" in found.explain(), index.name
    plan = standing(community, "memberships").filter(state="active").explain()
    assert "V0 USING INDEX memberships_party (" in plan  # for each row the later ones of the same member


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12).filter(str.strip)


@settings(max_examples=examples(6), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    what=TEXT,
    weight=st.decimals(0, 10**6, places=6),
    worth=st.integers(0, 2**53 + 9),
    due=st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),
)
def test_a_row_comes_back_as_it_was_written(
    community: Community, what: str, weight: Decimal, worth: int, due: datetime
) -> None:
    cells = {"weight": weight, "worth_minor": worth, "due_at": due, "currency": "CNY"}
    with writing(community, Author("op")) as writer:
        key = new_id("commitment")  # a promise is made once
        fact = writer.add("commitments", commitment=key, party="lin", source_kind="own", what=what, **cells)
    sequence = Chain.objects.get(pk=community.pk).sequence
    rows = read_facts(community, until=sequence, after=sequence - 1).tables["commitments"]
    (row,) = rows.to_dicts()
    assert row["fact"] == fact
    assert {name: row[name] for name in cells} == cells
    assert row["what"] == unicodedata.normalize("NFC", what.strip())


@pytest.mark.parametrize("wrong", [{"party": "nobody"}, {"source_kind": "gossip"}, {"worth_minor": 5}])
def test_a_row_that_a_file_could_not_bring_is_refused(community: Community, wrong: dict[str, object]) -> None:
    before = Chain.objects.get(pk=community.pk).sequence
    row = {"commitment": "c", "party": "lin", "source_kind": "own", "what": "x"} | wrong
    with pytest.raises(Refused), writing(community, Author("op")) as writer:
        writer.add("commitments", **row)
    assert Chain.objects.get(pk=community.pk).sequence == before
