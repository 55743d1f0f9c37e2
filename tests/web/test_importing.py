"""A sheet that is dropped: looked at before anything is written, written as a whole, taken back as a whole."""

import os
import re
from collections.abc import Callable
from html import unescape
from io import BytesIO
from pathlib import Path
from time import time
from typing import Any
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from python_calamine import CalamineWorkbook
from tests.web.acting import refused
from tests.web.servers import point_at, sqlite_at
from tests.web.test_pages import LANGUAGES, RAW, text_of

from tenfold.engine.verify import verify
from tenfold.facts.digest import digest
from tenfold.web.jobs.engine import Engine, behind
from tenfold.web.rights import importing
from tenfold.web.services import importing as acts
from tenfold.web.site.backups import backup, restore
from tenfold.web.store.accounts import Account
from tenfold.web.store.communities import Chain, Community, JournalEntry
from tenfold.web.store.current import counting, current
from tenfold.web.store.folders import write_folder
from tenfold.web.store.source import known
from tenfold.web.store.uploads import SECONDS

Clients = Callable[[str], Client]
PAGE, BACK = "/c/small/import", "/c/small/import/back"
PEOPLE = "姓名,公司,邮箱,电话\n王小明,青松资本,wang@example.org,13800138000\n李雷,远山科技,li@example.org,13900139000\n"
DEALS = "投资人,意向金额（万元）,阶段,日期\n青松资本,800,意向,2026-09-01\n远山科技,500,意向,2026-09-02\n"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
# Pages read through the store, which is held to the same answers on each engine.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation's home of its own."""
    monkeypatch.setattr(settings, "HOME", tmp_path)
    return tmp_path


@pytest.fixture
def reads() -> str:
    return "en"


def dropped(client: Client, text: str | bytes, name: str = "people.csv") -> Any:
    data = text.encode() if isinstance(text, str) else text
    return client.post(PAGE, {"file": SimpleUploadedFile(name, data)})


def looked(client: Client, text: str, name: str = "people.csv") -> tuple[str, Any]:
    """Drop a file; return the address of its preview, and that page."""
    address = dropped(client, text, name).headers["Location"]
    return address, client.get(address)


def confirmed(client: Client, address: str, page: Any, **more: str) -> Any:
    """Send a preview's form as it stands."""
    fields = {unescape(name): unescape(value) for name, value in HIDDEN.findall(page.content.decode())}
    return client.post(address, fields | {"do": "confirm"} | more)


def names(community: Community) -> set[str]:
    keys = counting(community, "parties").values_list("party", flat=True)
    return {row["name"] for row in current(community, "parties", party=[*keys])}


def sequence(community: Community) -> int:
    return int(Chain.objects.get(pk=community.pk).sequence)


def waiting(home: Path) -> list[Path]:
    return [*(home / "uploads").glob("*/*/*")]


def last_import(community: Community) -> JournalEntry:
    return JournalEntry.rows.of(community).filter(kind="import").latest("sequence")


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_speak_the_readers_language_and_leave_nothing_raw(community, client_of: Clients, language):
    client = client_of("fin")
    client.cookies["django_language"] = language
    address, _ = looked(client, DEALS, "deals.csv")
    for page in (client.get(PAGE), client.get(address)):
        assert page.status_code == 200
        assert RAW.findall(text_of(page)) == []
        assert re.findall(r"\b(?:import|reading)\.[a-z_.]+", text_of(page)) == []


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "在籍"), ("en", "active")])
def test_a_sample_follows_the_answer_and_has_words_for_codes(community, client_of: Clients, language, said):
    client = client_of("op")
    client.cookies["django_language"] = language
    address, page = looked(client, PEOPLE)
    assert said not in text_of(page)
    again = confirmed(client, address, page, **{"do": "again", "answer.class": "partner"})
    assert said in text_of(again)
    assert confirmed(client, address, again, **{"answer.class": "partner"}).status_code == 302
    assert counting(community, "memberships").filter(origin="people").count() == 2


def test_nothing_is_written_before_it_is_confirmed(community, client_of: Clients, home):
    before = sequence(community)
    _, page = looked(client_of("op"), PEOPLE)
    text = text_of(page)
    assert page.status_code == 200
    assert "Nothing is written yet" in text
    assert re.search(r"parties\s+4\s+0\s+0", text)
    assert sequence(community) == before
    (file,) = waiting(home)
    assert file.read_text("utf-8") == PEOPLE
    assert [oct(one.stat().st_mode & 0o777) for one in (file, file.parent)] == ["0o600", "0o700"]


def test_a_confirmed_import_is_facts_with_their_entries_and_one_origin(community, client_of: Clients, home):
    client, before = client_of("op"), sequence(community)
    address, page = looked(client, PEOPLE)
    assert confirmed(client, address, page).headers["Location"] == PAGE
    assert {"王小明", "青松资本", "李雷", "远山科技"} <= names(community)
    new = counting(community, "parties").filter(origin="people")
    assert {row.recorded_by for row in new} == {"op"}
    brought = importing.payload(last_import(community))
    entries = JournalEntry.rows.of(community).filter(sequence__gt=before, fact__isnull=False)
    assert entries.count() == sum(brought["tables"].values()) > 4
    assert waiting(home) == []
    assert "people" in text_of(client.get(PAGE))


def test_the_same_file_again_is_the_same(community, client_of: Clients):
    client = client_of("op")
    confirmed(client, *looked(client, PEOPLE))
    address, page = looked(client, PEOPLE, "under another name.csv")
    assert "Nothing new" in text_of(page)
    before = sequence(community)
    assert confirmed(client, address, page).status_code == 422
    assert sequence(community) == before


def test_a_whole_import_is_taken_back_once(community, client_of: Clients):
    client, before = client_of("op"), names(community)
    confirmed(client, *looked(client, PEOPLE))
    number = last_import(community).sequence
    brought = counting(community, "parties").filter(origin="people").values_list("party", flat=True)
    pages = [f"/c/small/people/{party}" for party in brought]
    assert {client.get(page).status_code for page in pages} == {200}
    assert client.post(BACK, {"import": str(number)}).headers["Location"] == PAGE
    assert {client.get(page).status_code for page in pages} == {404}
    assert names(community) == before
    assert counting(community, "affiliations").count() == 0
    assert "taken back" in text_of(client.get(PAGE))
    written = sequence(community)
    assert "already" in text_of(client.post(BACK, {"import": str(number)}))
    assert sequence(community) == written
    confirmed(client, *looked(client, PEOPLE))
    assert {"王小明", "青松资本"} <= names(community)


def test_the_journal_of_an_import_is_whole_and_its_numbers_follow(computed, client_of: Clients, tmp_path):
    client, engine = client_of("op"), Engine(computed)
    engine.recompute()
    confirmed(client, *looked(client, PEOPLE))
    client.post(BACK, {"import": str(last_import(computed).sequence)})
    engine.recompute()
    assert not behind(computed)
    write_folder(computed, tmp_path / "out")
    assert verify(tmp_path / "out").entries == sequence(computed)
    assert client_of("aud").get("/c/small/reports/audit?seed=1").status_code == 200


def test_an_import_on_which_something_rests_is_not_taken_back(community, client_of: Clients):
    client = client_of("op")
    confirmed(client, *looked(client, PEOPLE))
    client.post("/c/small/line", {"line": "call 王小明", "once": "tap"})
    assert counting(community, "interactions").filter(recorded_by="op").count() == 1
    before = sequence(community)
    answer = client.post(BACK, {"import": str(last_import(community).sequence)})
    assert answer.status_code == 422
    assert "1 later fact in interactions rests on this import" in text_of(answer)
    assert sequence(community) == before
    assert "王小明" in names(community)


def test_a_poisoned_import_writes_nothing(community, client_of: Clients, monkeypatch, home):
    """One row among them that no file could bring: the whole is refused, the file waits to be looked at again."""
    client = client_of("op")
    address, page = looked(client, PEOPLE)
    real = importing.read

    def poisoned(*args: Any) -> Any:
        reading, seen = real(*args)
        rows = reading.found.added["affiliations"]
        reading.found.added["affiliations"] = rows.with_columns(organisation=rows["organisation"].scatter(1, "nobody"))
        return reading, seen

    monkeypatch.setattr(acts, "read", poisoned)
    before, whole = sequence(community), digest(known(community).facts)
    assert confirmed(client, address, page).status_code == 422
    assert sequence(community) == before
    assert digest(known(community).facts) == whole
    assert len(waiting(home)) == 1


def test_what_was_recorded_since_the_look_asks_for_another(community, client_of: Clients):
    client = client_of("op")
    address, page = looked(client, PEOPLE)
    client.post("/c/small/line", {"line": "call lin", "once": "tap"})
    assert "Look again" in text_of(confirmed(client, address, page))
    assert "王小明" not in names(community)
    assert confirmed(client, address, client.get(address)).status_code == 302
    assert "王小明" in names(community)


def test_an_answer_that_is_none_is_refused(community, client_of: Clients):
    client = client_of("fin")
    address, page = looked(client, DEALS, "deals.csv")
    asked = re.findall(r'name="answer\.([^"]+)"', page.content.decode())
    assert {"role.投资人", "class"} <= {*asked}
    assert confirmed(client, address, page, do="again").status_code == 200
    for one in asked:
        assert confirmed(client, address, page, **{f"answer.{one}": "none of these"}).status_code == 422, one
    assert "青松资本" not in names(community)


def test_who_may_not_add_what_a_file_holds_is_told_who_may(community, client_of: Clients):
    answer = client_of("op").get(dropped(client_of("op"), DEALS, "deals.csv").headers["Location"])
    assert answer.status_code == 422
    assert "finance" in text_of(answer).lower()
    assert "800" not in text_of(answer)
    assert client_of("fin").get(dropped(client_of("fin"), DEALS, "deals.csv").headers["Location"]).status_code == 200
    for party in ("comp", "gu", "aud", "zhou", "lin", "sup"):
        assert dropped(client_of(party), PEOPLE).status_code == 403, party


def test_a_file_is_its_owners_alone_and_is_kept_an_hour(community, client_of: Clients, home):
    address, _ = looked(client_of("op"), PEOPLE)
    assert client_of("fin").get(address).status_code == 422
    assert client_of("op").get(f"{PAGE}/..").status_code in (404, 422)
    folder = waiting(home)[0].parent
    for age, status in ((SECONDS - 60, 200), (SECONDS + 60, 422)):
        os.utime(folder, (time() - age, time() - age))
        assert client_of("op").get(address).status_code == status, age
    assert waiting(home) == []


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("photo.exe", b"MZ", "cannot be read here"),
        ("people.csv", b"%PDF-1.7 not a sheet", "PDF"),
        ("people.xlsx", b"PK\x03\x04 broken", ""),
        ("people.csv", b"", ""),
    ],
)
def test_what_is_no_sheet_is_refused_and_not_kept(community, client_of: Clients, home, name, data, said):
    answer = dropped(client_of("op"), data, name)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert waiting(home) == []


@pytest.mark.parametrize(("over", "status"), [(-1, 302), (0, 302), (1, 422)])
def test_a_file_has_a_largest_size(community, client_of: Clients, monkeypatch, over: int, status: int):
    text = PEOPLE.encode()
    monkeypatch.setattr("tenfold.web.pages.importing.MEGABYTE", 1)
    monkeypatch.setattr("tenfold.web.pages.importing.MOST", len(text) - over)
    assert dropped(client_of("op"), text).status_code == status


NEXT = PEOPLE.partition("\n")[0] + "\n韩梅,远山科技,han@example.org,13700137000\n"
MESSY = "投资人,意向金额,阶段,日期\n青松资本,800万,意向,2026-09-01\n=远山科技,数千万,意向,2026-09-02\n"


def reasons(data: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()


def test_what_could_not_be_read_is_handed_out_with_the_reasons_to_whoever_imported(community, client_of: Clients):
    client = client_of("fin")
    address, page = looked(client, MESSY, "deals.csv")
    before = sequence(community)
    ready = confirmed(client, address, page, do="parked")
    assert ready["Content-Disposition"] == 'attachment; filename="deals.parked.xlsx"'
    assert sequence(community) == before
    rows = reasons(ready.content)
    assert rows[0][-1] == "reason"
    assert [bool(row[-1]) for row in rows[1:]] == [False, True]
    assert rows[2][0] == "=远山科技"
    done = confirmed(client, address, page)
    listed = client.get(done.headers["Location"])
    (link,) = re.findall(r'href="(/c/small/import/[^"]+/left)"', listed.content.decode())
    assert reasons(client.get(link).content) == rows
    assert client_of("op").get(link).status_code == 422, "another's"
    assert client_of("comp").get(link).status_code == 403
    assert "/left" not in client.get(PAGE).content.decode()


def test_a_row_of_which_a_cell_cannot_be_read_is_not_said_to_be_left_out(community, client_of: Clients):
    """A telephone that a sheet cut off is left out; who it belongs to comes in."""
    client = client_of("op")
    address, page = looked(client, PEOPLE.partition("\n")[0] + "\n韩梅,远山科技,han@example.org,1.39E+10\n")
    assert "Not read in full: 1 row" in text_of(page)
    assert "They are left out" not in text_of(page)
    confirmed(client, address, page)
    assert "韩梅" in names(community)


@pytest.mark.parametrize(("name", "said"), [("deals.pdf", ".pdf"), ("deals.PDF", ".PDF"), ("deals", "deals")])
def test_a_file_that_is_not_read_is_refused_by_its_ending(community, client_of: Clients, name: str, said: str):
    answer = dropped(client_of("op"), PEOPLE, name)
    assert answer.status_code == 422
    assert f"Files of the type {said} cannot be read here." in text_of(answer)


def test_nothing_is_handed_out_where_everything_was_read(community, client_of: Clients):
    address, page = looked(client_of("op"), PEOPLE)
    assert confirmed(client_of("op"), address, page, do="parked").status_code == 404


def test_a_backup_brings_kept_maps_back_so_that_the_next_file_asks_nothing(
    community, client_of: Clients, home, tmp_path, monkeypatch
):
    client = client_of("op")
    address, page = looked(client, PEOPLE)
    confirmed(client, address, page, **{"answer.class": "partner"})
    looked(client, PEOPLE.replace("王小明", "赵云"), "waits.csv")
    backup(tmp_path / "backup.zip")
    monkeypatch.setattr(settings, "HOME", tmp_path / "elsewhere")
    (tmp_path / "elsewhere").mkdir()
    point_at(sqlite_at(tmp_path / "elsewhere.sqlite3"))
    restore(tmp_path / "backup.zip")
    (file,) = waiting(tmp_path / "elsewhere")
    assert [oct(one.stat().st_mode & 0o777) for one in (file, file.parent)] == ["0o600", "0o700"]
    again = Client()
    again.force_login(Account.objects.get(email="op@example.org"))
    again.cookies["django_language"] = "en"
    address, page = looked(again, NEXT, "next week.csv")
    done = confirmed(again, address, page)
    assert done.status_code == 302
    restored = Community.objects.get(name="small")
    assert "韩梅" in names(restored)
    held = counting(restored, "memberships").filter(**{"class": "partner", "origin": "people"})
    assert held.count() == 3, "what was answered before is taken without being asked"
    connections.close_all()


def test_a_backup_whose_maps_were_changed_is_refused(community, client_of: Clients, home, tmp_path):
    client = client_of("op")
    confirmed(client, *looked(client, PEOPLE))
    backup(tmp_path / "backup.zip")
    with ZipFile(tmp_path / "backup.zip") as archive, ZipFile(tmp_path / "other.zip", "w") as other:
        for name in archive.namelist():
            content = archive.read(name)
            other.writestr(name, content + b"#" if name.startswith("files/readings") else content)
    point_at(sqlite_at(tmp_path / "elsewhere.sqlite3"))
    with refused("backup.damaged"):
        restore(tmp_path / "other.zip")
    connections.close_all()


WHO = "名称,代码一,代码二\n青松资本,800,500\n远山科技,300,200\n"


def test_each_column_is_a_choice_beside_the_first_rows_of_the_file(community, client_of: Clients):
    client = client_of("fin")
    rows = (
        "投资人,意向金额（万元）,备用金额,阶段,日期\n青松资本,800,20,意向,2026-09-01\n远山科技,500,30,意向,2026-09-02\n"
    )
    address, page = looked(client, rows, "deals.csv")
    assert re.search(r"意向金额（万元）\s+800\s+500", text_of(page))
    chosen = r'name="answer.role.{}".*?<option value="([^"]*)" selected'
    role = {one: re.search(chosen.format(one), page.content.decode(), re.DOTALL)[1] for one in ("投资人", "备用金额")}
    assert role == {"投资人": "party", "备用金额": "-"}
    assert "8,000,000.00" in text_of(page)
    other = {"answer.role.备用金额": "amount", "answer.role.意向金额（万元）": "-"}
    again = confirmed(client, address, page, do="again", **other)
    assert "8,000,000.00" not in text_of(again)
    assert "200,000.00" in text_of(again)
    assert "ten thousands (万)" in text_of(again), "its unit is asked"
    assert 'answer.role.备用金额"' in again.content.decode()
    assert confirmed(client, address, again, **other).status_code == 302
    _, later = looked(client, rows.replace("20,意向", "25,意向"), "next week.csv")
    assert "250,000.00" in text_of(later), "what a column was taken for is kept for the next file of the shape"


def test_an_older_list_is_so_again_only_where_that_is_chosen(community, client_of: Clients):
    client = client_of("fin")
    client.cookies["django_language"] = "en"
    confirmed(client, *looked(client, DEALS, "first.csv"))
    later = DEALS.replace("500,意向,2026-09-02", "500,签约,2026-09-12")
    confirmed(client, *looked(client, later, "later.csv"))
    address, page = looked(client, DEALS, "found.csv")
    assert "1 entry says what was recorded before and has changed since" in text_of(page)
    assert "Nothing new" in text_of(page), "what is recorded stays, unless somebody says otherwise"
    again = confirmed(client, address, page, **{"do": "again", "answer.older": "again"})
    assert re.search(r"opportunities\s+0\s+1\s+1", text_of(again), re.IGNORECASE)
    assert confirmed(client, address, again, **{"answer.older": "again"}).status_code == 302
    _, page = looked(client, DEALS, "once more.csv")
    assert "Nothing new" in text_of(page)
    assert "what was recorded before" not in text_of(page), "it is what stands now"


def test_who_may_be_one_stands_side_by_side(community, client_of: Clients):
    client = client_of("op")
    confirmed(client, *looked(client, PEOPLE))
    other = "姓名,公司,邮箱\n王小明,北山咨询,wang.xm@example.org\n"
    _, page = looked(client, other, "others.csv")
    text = text_of(page)
    assert re.search(r"row 2\s+known already", text)
    assert re.search(r"organisation\s+北山咨询\s+青松资本", text, re.IGNORECASE)
    assert re.search(r"wang\.xm@example\.org\s+wang@example\.org", text)


def test_a_file_may_be_dropped_on_any_page_of_who_may_import(community, client_of: Clients):
    for party, may in (("op", True), ("fin", True), ("zhou", False), ("aud", False)):
        page = client_of(party).get("/c/small/people").content.decode()
        drop = re.search(r'<form id="drop"[^>]*>', page)
        assert (drop is not None) is may, party
        if drop:
            assert f'action="{PAGE}"' in drop.group()
            assert re.search(r"\shidden>$", drop.group()), "shown before anything is dragged"
