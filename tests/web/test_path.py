"""The path that every page and act follows: a fact comes in, the numbers follow, a page says so."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import Error, connection
from django.test import Client

from tenfold.engine.community import Community as Known
from tenfold.facts.digest import digest
from tenfold.facts.sources import assemble
from tenfold.terms.errors import Refused
from tenfold.web.jobs.engine import behind
from tenfold.web.jobs.recompute import recompute
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.acting import Actor
from tenfold.web.services.talks import log_talk
from tenfold.web.store.append import Author, writing
from tenfold.web.store.bound import Unbound, Unchangeable
from tenfold.web.store.charters import context_of
from tenfold.web.store.communities import Chain, Community, JournalEntry
from tenfold.web.store.declared import MODELS
from tenfold.web.store.folders import write_folder
from tenfold.web.store.source import InDatabase, known


def test_a_folder_comes_out_as_it_went_in(community: Community, folder: Path, tmp_path: Path) -> None:
    before = Known.load(folder)
    write_folder(community, tmp_path / "out")
    after = Known.load(tmp_path / "out")
    assert known(community).digest == before.digest == after.digest
    until = Chain.objects.get(pk=community.pk).sequence
    assert digest(assemble([InDatabase(community, until)], context_of(community))) == before.digest
    assert after.clock == before.clock


def test_a_recorded_talk_is_a_fact_with_its_entry(community: Community, viewer_of: Callable[[str], Viewer]) -> None:
    before = Chain.objects.get(pk=community.pk)
    facts = log_talk(
        Actor(viewer_of("op")), members=["lin", "zhou"], channel="call", minutes=25, flags=["decision"]
    ).facts
    rows = MODELS["interactions"].rows.of(community).filter(fact__in=facts).order_by("member")
    assert [(row.member, row.minutes, row.flags, row.recorded_by) for row in rows] == [
        ("lin", 25, ["decision"], "op"),
        ("zhou", 25, ["decision"], "op"),
    ]
    entries = JournalEntry.rows.of(community).filter(fact__in=facts).order_by("sequence")
    assert [entry.sequence for entry in entries] == [before.sequence + 1, before.sequence + 2]
    assert Chain.objects.get(pk=community.pk).hash == entries[1].hash


def test_what_nobody_knows_is_refused_whole(community: Community, viewer_of: Callable[[str], Viewer]) -> None:
    before = Chain.objects.get(pk=community.pk).sequence
    with pytest.raises(Refused) as refused:
        log_talk(Actor(viewer_of("op")), members=["lin", "nobody"], channel="call")
    assert [complaint.id for complaint in refused.value.complaints] == ["facts.reference"]
    assert Chain.objects.get(pk=community.pk).sequence == before


def test_an_act_brings_nothing_that_a_file_could_not(community: Community) -> None:
    """Keys that happen once, sums and threads are measured by what the database holds, as a file's are by a file's."""
    again = {"commitment": "sample", "party": "lin", "source_kind": "own", "what": "x"}
    money = {"payer": "us", "payee": "lin", "purpose": "operating", "currency": "CNY"}
    large = [("cash_movements", money | {"amount_minor": 10**17 - 1})] * 11
    refused = {
        "facts.key.twice": [("commitments", again)],
        "facts.total": large,
        "facts.reference": [("interactions", {"member": "nobody", "direction": "out", "channel": "call"})],
        "facts.corrects.missing": [("commitments", again | {"commitment": "other", "corrects": "question-1"})],
        "facts.void_alone": [("commitments", again | {"commitment": "other", "void": True})],
        "facts.because.later": [("commitments", again | {"commitment": "other", "because": "promise-1"})],
    }
    for id, rows in refused.items():
        early = {"recorded_at": datetime(2026, 8, 19, 16, tzinfo=UTC)} if id == "facts.because.later" else {}
        happened = {"occurred_at": datetime(2026, 8, 19, 16, tzinfo=UTC)} if early else {}
        with pytest.raises(Refused) as found, writing(community, Author("op")) as writer:
            for table, cells in rows:
                writer.add(table, **cells, **early, **happened)
        assert {complaint.id for complaint in found.value.complaints} == {id}


@pytest.mark.parametrize("statement", ["UPDATE facts_parties SET party = 'x'", "DELETE FROM journal_entry"])
def test_the_database_itself_refuses_to_change_a_row(community: Community, statement: str) -> None:
    with pytest.raises(Error, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_rows_are_of_one_community_and_never_changed(community: Community) -> None:
    rows = MODELS["parties"].rows
    with pytest.raises(Unbound):
        rows.all()
    with pytest.raises(Unchangeable):
        rows.of(community).update(party="x")
    with pytest.raises(Unchangeable):
        rows.of(community).delete()


def test_today_follows_what_was_recorded(computed: Community, client_of: Callable[[str], Client]) -> None:
    client = client_of("op")
    page = client.get("/c/small/today").content.decode()
    assert 'data-stale="no"' in page
    assert "data-decision" in page
    answer = client.post("/c/small/line", {"line": "call lin, decided the date", "once": "tap-1"})
    assert answer.status_code == 302
    assert behind(computed)
    assert 'data-stale="yes"' in client.get("/c/small/today").content.decode()
    recompute(computed)
    assert 'data-stale="no"' in client.get("/c/small/today").content.decode()


def test_a_foreign_community_and_a_missing_one_look_alike(
    community: Community, client_of: Callable[[str], Client]
) -> None:
    client = client_of("op")
    Community.objects.create(name="foreign")
    foreign, missing = client.get("/c/foreign/today"), client.get("/c/missing/today")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content
