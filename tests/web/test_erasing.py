"""A person is erased, and the chain stays valid (promise 10)."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from tests.web.acting import refused

from tenfold.engine.verify import verify
from tenfold.web.jobs.intake import Intake
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services import promises
from tenfold.web.services.acting import Actor
from tenfold.web.services.erasing import erase
from tenfold.web.store.accounts import Account, Invitation, Letter, Seat
from tenfold.web.store.communities import Chain, Community, JournalEntry, PersonalCell
from tenfold.web.store.current import current
from tenfold.web.store.declared import MODELS
from tenfold.web.store.folders import write_folder
from tenfold.web.store.party_keys import PartyKey
from tenfold.web.store.source import known

PASSED = {"language": "en", "expires_at": datetime(2026, 9, 27, tzinfo=UTC)}
SECRET = "canary-金丝雀-reason"


def test_an_erased_person_leaves_numbers_and_a_whole_chain(
    community: Community, viewer_of: Callable[[str], Viewer], database: str, tmp_path: Path
) -> None:
    promises.deliver(Actor(viewer_of("lin")), commitment="sample", reason=SECRET)
    warm, before = Intake(community), known(community).digest
    warm.catch_up()
    with refused("acts.not_allowed"):
        erase(Actor(viewer_of("op")), party="lin")
    erase(Actor(viewer_of("comp")), party="lin")
    assert not PersonalCell.rows.of(community).filter(text__contains="canary").exists()
    facts = {*MODELS["parties"].rows.of(community).filter(party="lin").values_list("fact", flat=True)}
    assert facts
    assert not PartyKey.rows.of(community).filter(fact__in=facts).exists(), "nor does a key say what they were called"
    assert known(community).digest == before
    (party,) = current(community, "parties", party=["lin"])
    assert party["name"] is None
    note = JournalEntry.rows.of(community).get(kind="erasure")
    assert '"party":"lin"' in note.body
    assert SECRET not in warm.catch_up().community.facts.tables["commitment_steps"]["reason"].to_list()
    write_folder(community, tmp_path / "export")
    assert verify(tmp_path / "export", Chain.objects.get(pk=community.pk).hash).facts == known(community).facts.count
    written = [path.read_bytes() for path in (tmp_path / "export").rglob("*") if path.is_file()]
    assert not any(SECRET.encode() in content for content in written)
    if database == "sqlite":
        _scrubbed(tmp_path / "database.sqlite3")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_erased_person_gets_in_no_more_and_no_address_is_left(
    community: Community, viewer_of: Callable[[str], Viewer], client_of: Callable[[str], Client]
) -> None:
    lin, comp = client_of("lin"), client_of("comp")
    Invitation.objects.create(community=community, party="lin", email="lin@example.com", token="0", **PASSED)
    page = comp.get("/c/small/people/lin").content.decode()
    assert "/people/lin/erase" in page
    assert "/erase" not in client_of("op").get("/c/small/people/lin").content.decode()
    assert client_of("op").post("/c/small/people/lin/erase", {"sure": "on"}).status_code == 403
    assert comp.post("/c/small/people/lin/erase").status_code == 422
    assert Account.objects.filter(email="lin@example.org").exists()
    assert comp.post("/c/small/people/lin/erase", {"sure": "on"}).status_code == 302
    assert not Account.objects.filter(email="lin@example.org").exists()
    assert not Invitation.objects.exists()
    assert lin.get("/c/small/promises").status_code == 302


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_nobody_erases_themselves_and_letters_to_whom_was_erased_go(
    community: Community, viewer_of: Callable[[str], Viewer], client_of: Callable[[str], Client]
) -> None:
    comp = client_of("comp")
    assert "/erase" not in comp.get("/c/small/people/comp").content.decode()
    with refused("acts.about_oneself"):
        erase(Actor(viewer_of("comp"), once="key"), party="comp")
    viewer_of("lin")
    Invitation.objects.create(community=community, party="lin", email="lin@example.com", token="0", **PASSED)
    for to in ("lin@example.com", "lin@example.org", "zhou@example.org"):
        Letter.objects.create(to=to, subject="a", body="b")
    erase(Actor(viewer_of("comp")), party="lin")
    assert [letter.to for letter in Letter.objects.all()] == ["zhou@example.org"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_last_one_who_gives_offices_is_not_erased(viewer_of: Callable[[str], Viewer]) -> None:
    comp, _ = viewer_of("comp"), viewer_of("fin")
    with refused("access.last"):
        erase(Actor(comp), party="fin")
    erase(Actor(comp), party="zhou")  # whom nobody lets in loses no way in
    viewer_of("gu")
    erase(Actor(comp), party="fin")


def test_an_erased_person_with_a_seat_elsewhere_keeps_the_account(
    community: Community, viewer_of: Callable[[str], Viewer]
) -> None:
    account = viewer_of("lin").account
    Seat.objects.create(account=account, community=Community.objects.create(name="other"), party="p1")
    erase(Actor(viewer_of("comp")), party="lin")
    assert [seat.party for seat in Account.objects.get(pk=account.pk).seats.all()] == ["p1"]


def _scrubbed(path: Path) -> None:
    """Look for what was erased in the raw bytes of the database."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for one in path.parent.glob(f"{path.name}*"):
        assert SECRET.encode() not in one.read_bytes(), one.name
