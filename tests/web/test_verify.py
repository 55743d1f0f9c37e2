"""An exported community is checked with its folder alone: journal, facts against it, decisions against them."""

import json
import resource
from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path

import pytest
from tests.web.acting import refused

from tenfold.cli.app import main
from tenfold.engine.verify import kept_head, verify
from tenfold.journal.entry import Draft, Head, append
from tenfold.journal.heads import SignedHead, read_head, signed
from tenfold.terms.canonical import canonical
from tenfold.terms.errors import Refused
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.acting import Actor
from tenfold.web.services.erasing import erase
from tenfold.web.services.people import add_party
from tenfold.web.site.archives import archive
from tenfold.web.store.communities import Chain, Community
from tenfold.web.store.folders import write_folder
from tenfold.web.store.heads import head_due, journal_key, sign_head


@pytest.fixture
def exported(community: Community, tmp_path: Path) -> Path:
    write_folder(community, tmp_path / "export")
    return tmp_path / "export"


def bad(folder: Path, head: str | SignedHead | None = None) -> str:
    with pytest.raises(Refused) as refused:
        verify(folder, head)
    return refused.value.complaints[0].id


def test_what_is_archived_for_an_auditor_is_verified_and_overwrites_nothing(
    community: Community, tmp_path: Path
) -> None:
    folder, chain = tmp_path / "audit", Chain.objects.get(pk=community.pk)
    newest = archive(community.name, folder)
    assert (newest.sequence, newest.hash) == (chain.sequence, chain.hash)
    assert verify(folder, newest.hash).facts == chain.sequence - 1  # one entry is the charter's
    assert folder.stat().st_mode & 0o077 == 0
    assert [*tmp_path.iterdir()] == [folder]
    for name, reason in ((community.name, "archive.exists"), ("nobody", "user.community")):
        with refused(reason):
            archive(name, folder)


def test_an_archive_that_cannot_be_written_whole_is_not_there(community: Community, tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))  # the journal is longer
    try:
        with pytest.raises(OSError, match="File too large"):
            archive(community.name, tmp_path / "audit")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [*tmp_path.iterdir()] == []


def test_an_export_is_whole(community: Community, exported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chain = Chain.objects.get(pk=community.pk)
    found = verify(exported, chain.hash)
    assert (found.entries, found.head) == (chain.sequence, chain.hash)
    assert found.facts == chain.sequence - 1  # one entry is the charter's
    assert main("en", ["verify", str(exported), "--head", chain.hash]) == 0
    assert chain.hash in capsys.readouterr().out.replace("\n", "")
    assert main("zh-Hans", ["verify", str(exported), "--head", "0" * 64]) == 1


def test_a_fact_that_is_not_the_journals_is_named(exported: Path) -> None:
    path = exported / "facts" / "opportunities.csv"
    text = path.read_text("utf-8")
    path.write_text(text.replace("committed", "signed"), "utf-8")
    assert bad(exported) == "journal.fact"
    path.unlink()
    assert bad(exported) == "journal.lost"


def test_an_entry_that_was_changed_is_named(exported: Path) -> None:
    path = exported / "journal.jsonl"
    path.write_bytes(path.read_bytes().replace(b"765432109", b"965432109"))
    assert bad(exported) == "journal.changed"
    path.unlink()
    assert bad(exported) == "journal.none"


class Days(datetime):
    """The machine's clock, standing where a test sets it."""

    at = datetime(2026, 11, 29, 15, 59, 59, tzinfo=UTC)  # in Shanghai a second before midnight

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        """Return where the clock stands."""
        return cls.at


@pytest.fixture
def signing(community: Community, tmp_path: Path, settings_of, monkeypatch: pytest.MonkeyPatch) -> type[Days]:
    """A home in which heads are signed, and the clock of its machine."""
    settings_of(HOME=tmp_path)
    monkeypatch.setattr("tenfold.web.store.heads.datetime", Days)
    monkeypatch.setattr(Days, "at", Days.at)
    return Days


def talk(viewer: Viewer) -> None:
    add_party(Actor(viewer), type="person", name="新人")


def test_a_head_is_signed_once_a_day_where_entries_wait(community, viewer_of, signing: type[Days]) -> None:
    assert head_due(community)
    first = sign_head(community)
    assert (first.day, first.sequence) == (date(2026, 11, 29), Chain.objects.get(pk=community.pk).sequence)
    assert not head_due(community)
    talk(viewer_of("op"))
    assert not head_due(community)
    signing.at = datetime(2026, 11, 29, 16, tzinfo=UTC)  # midnight in Shanghai
    assert head_due(community)
    second = sign_head(community)
    assert (second.day, second.key) == (date(2026, 11, 30), first.key)
    signing.at = datetime(2026, 12, 1, 16, tzinfo=UTC)
    assert not head_due(community)  # nothing was recorded since


def test_the_key_is_made_once_and_is_its_owners_alone(signing: type[Days], tmp_path: Path) -> None:
    made = journal_key(tmp_path)
    assert journal_key(tmp_path) == made
    assert (tmp_path / "journal.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["journal.key"]


def test_without_a_home_nothing_is_signed(community: Community) -> None:
    assert not head_due(community)


def test_a_kept_head_shows_a_journal_that_was_written_anew(
    community: Community, viewer_of, signing: type[Days], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept.json"
    kept.write_bytes(sign_head(community).signed.line)
    talk(viewer_of("op"))
    folder = tmp_path / "export"
    write_folder(community, folder)
    assert main("en", ["verify", str(folder), "--head", str(kept)]) == 0
    assert "1 signed head" in capsys.readouterr().out
    heads = folder / "heads.jsonl"
    whole = heads.read_bytes()
    heads.write_bytes(whole.replace(b"2026-11-29", b"2026-11-28"))
    assert bad(folder) == "journal.head_signature"
    heads.write_bytes(b"")
    assert main("en", ["verify", str(folder), "--head", str(kept)]) == 0
    anew(folder)  # by somebody who holds the database, and not the kept head
    assert bad(folder, kept_head(str(kept))) == "journal.head"
    other = replace(read_head(kept.read_bytes()), key="")
    heads.write_bytes(signed(replace(other, hash=hashes(folder)[-1]), bytes(32)).line)
    assert bad(folder) == "journal.head_other"


@pytest.mark.parametrize(
    "cell", [{"sequence": "1"}, {"sequence": True}, {"sequence": 1.0}, {"key": 7}, {"signature": None}]
)
def test_a_head_of_other_cells_is_none(community: Community, signing: type[Days], cell: dict[str, object]) -> None:
    told = json.loads(sign_head(community).signed.line) | cell
    line = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
    with refused("journal.head_line"):
        read_head(line)


def test_a_kept_head_holds_after_an_erasure(
    community: Community, viewer_of, signing: type[Days], tmp_path: Path
) -> None:
    head = sign_head(community).signed
    erase(Actor(viewer_of("comp")), party="lin")
    write_folder(community, tmp_path / "export")
    assert verify(tmp_path / "export", head).heads == 1


def test_heads_of_another_key_are_not_those_of_the_kept_one(
    community: Community, signing: type[Days], tmp_path: Path
) -> None:
    head = sign_head(community).signed
    folder = tmp_path / "export"
    write_folder(community, folder)
    (folder / "heads.jsonl").write_bytes(signed(head, bytes(32)).line)
    assert verify(folder).heads == 1
    assert bad(folder, head) == "journal.head_key"


def hashes(folder: Path) -> list[str]:
    return [json.loads(line)["hash"] for line in (folder / "journal.jsonl").read_bytes().splitlines()]


def anew(folder: Path) -> None:
    """Write a whole journal anew, with hashes that fit, as if its first entry had another actor."""
    path = folder / "journal.jsonl"
    before, lines = Head(), []
    for line in path.read_bytes().splitlines():
        told = json.loads(line)["entry"]
        at = datetime.fromisoformat(told["at"])
        entry = append(before, Draft(at, "somebody", told["kind"], canonical(told["payload"]), told["on_behalf_of"]))
        lines.append(entry.line)
        before = entry.head
    path.write_bytes(b"".join(lines))


def test_a_signed_head_is_for_every_member_to_keep(community, client_of, signing: type[Days]) -> None:
    assert client_of("lin").get("/c/small/reports/head").status_code == 404
    made = sign_head(community).signed
    answer = client_of("lin").get("/c/small/reports/head")
    assert answer.content == made.line
    assert "small-2026-11-29" in answer["Content-Disposition"]
    client = client_of("aud")
    client.cookies["django_language"] = "en"
    page = client.get("/c/small/reports/audit").content.decode()
    assert made.hash in page
    assert made.key in page


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # the report knows no database
def test_a_report_prints_the_newest_signed_head(community, signing: type[Days], tmp_path: Path) -> None:
    head = sign_head(community).signed
    folder = tmp_path / "export"
    write_folder(community, folder)
    assert main("en", ["cycle", str(folder)]) == 0
    page = (folder / "out" / "report.html").read_text("utf-8")
    assert page.count(head.key) == 2  # once a language
    assert head.hash in page
