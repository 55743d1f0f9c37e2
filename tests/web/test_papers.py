"""Papers: kept privately, taken by what they are, opened by whoever sees what they prove, erased with a person."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web import place
from tests.web.acting import refused
from tests.web.entering import showed
from tests.web.servers import point_at, sqlite_at
from tests.web.test_pages import RAW, text_of

from tenfold.exchange.papers import ENTRIES, ENTRY, MEGABYTE, MOST, ending_of, file_name, title_of
from tenfold.terms.errors import Refused
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services import promises
from tenfold.web.services.acting import Actor
from tenfold.web.services.deals import move_deal
from tenfold.web.services.erasing import erase
from tenfold.web.services.papers import Paper, record_agreement
from tenfold.web.services.undoing import undo
from tenfold.web.site.backups import backup, restore
from tenfold.web.store.accounts import Account, Seat
from tenfold.web.store.append import Author, writing
from tenfold.web.store.communities import Chain, Community, JournalEntry
from tenfold.web.store.current import current
from tenfold.web.store.declared import MODELS
from tenfold.web.store.folders import take_in
from tenfold.web.store.papers import PaperContent

Clients = Callable[[str], Client]
Seated = Callable[[str], Viewer]
PDF = b"%PDF-1.7\n% canary \xe9\x87\x91\xe4\xb8\x9d\xe9\x9b\x80\n%%EOF\n"
MOVE, STEP = "/c/small/funding/move", "/c/small/promises/step"
DENIED = "<script>alert(1)</script>"
KIND = "agreement_executed"
sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def office(*parts: str) -> bytes:
    """An office document with these parts."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for part in ("[Content_Types].xml", *parts):
            archive.writestr(part, "<x/>")
    return held.getvalue()


def address(community: Community, table: str = "opportunities") -> str:
    """Where the newest paper of a table's rows opens."""
    rows = MODELS[table].rows.of(community).filter(evidence__isnull=False).order_by("-sequence")
    row = next(one for one in rows if one.evidence)
    return f"/c/small/papers/{row.fact}/{row.evidence[0]}"


def whole_act(community: Community, fact: str) -> list[str]:
    """The facts that were recorded together with one."""
    entries = JournalEntry.rows.of(community)
    return [str(one.fact) for one in entries.filter(at=entries.get(fact=fact).at).order_by("sequence")]


def signed(viewer_of: Seated, who: str = "fin", content: bytes = PDF) -> None:
    """Move the deal with a paper."""
    paper = Paper(KIND, name="签署页 signed.pdf", content=content)
    move_deal(Actor(viewer_of(who)), opportunity="a-zhou", stage="signed", papers=[paper])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PDF),
        ("A.PDF", PDF),
        ("a.png", b"\x89PNG\r\n\x1a\nrest"),
        ("a.jpg", b"\xff\xd8\xff\xe0"),
        ("a.jpeg", b"\xff\xd8\xff\xe0"),
        ("a.docx", office("word/document.xml")),
        ("a.xlsx", office("xl/workbook.xml")),
        ("a.pptx", office("ppt/presentation.xml")),
        ("a.txt", "会议纪要".encode()),
        ("a.csv", b"a,b\n1,2\n"),
    ],
)
def test_these_files_are_taken(name: str, content: bytes) -> None:
    assert ending_of(name, content) == f".{name.rpartition('.')[2].lower()}"


@pytest.mark.parametrize(
    ("name", "content", "id"),
    [
        ("a.pdf", b"", "paper.empty"),
        ("a", PDF, "paper.kind"),
        ("a.html", b"<html>", "paper.kind"),
        ("a.svg", b"<svg/>", "paper.kind"),
        ("a.exe", b"MZ", "paper.kind"),
        ("a.zip", office("word/document.xml"), "paper.kind"),
        ("a.docm", office("word/document.xml"), "paper.kind"),
        ("a.pdf.exe", PDF, "paper.kind"),
        ("a.pdf", b"MZ%PDF-", "paper.content"),
        ("a.png", b"\xff\xd8\xff\xe0", "paper.content"),
        ("a.txt", b"\xff\xfe\x00", "paper.content"),
        ("a.docx", office("word/é.xml").replace("é".encode(), b"\xff\xff"), "paper.content"),
        (
            "a.docx",
            office("word/document.xml").replace(b"PK\x01\x02\x14\x03\x14", b"PK\x01\x02\x14\x03\xff"),
            "paper.content",
        ),
        ("a.txt", b"a\0b", "paper.content"),
        ("a.docx", office("xl/workbook.xml"), "paper.content"),
        ("a.docx", office("word/document.xml", "word/vbaProject.bin"), "paper.content"),
        ("a.xlsx", b"PK\x03\x04 no archive", "paper.content"),
        ("a.docx", office("word/document.xml") + ENTRY * ENTRIES, "paper.content"),
    ],
)
def test_what_is_not_what_it_says_or_may_run_is_not_taken(name: str, content: bytes, id: str) -> None:
    with refused(id):
        ending_of(name, content)


@pytest.mark.parametrize(("size", "taken"), [(MOST * MEGABYTE, True), (MOST * MEGABYTE + 1, False)])
def test_a_file_may_be_so_large_and_no_byte_larger(size: int, taken: bool) -> None:
    content = b"%PDF-" + b" " * (size - 5)
    if taken:
        assert ending_of("a.pdf", content) == ".pdf"
    else:
        with refused("paper.large"):
            ending_of("a.pdf", content)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("../../etc/passwd.pdf", "passwd"),
        ("C:\\Windows\\system32\\evil.pdf", "evil"),
        ("合同\u202efdp.pdf", "合同fdp"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x"),
        ("a\0b.pdf", "ab"),
        ("...pdf", "pdf"),
        ("长" * 500 + ".pdf", "长" * 120),
    ],
)
def test_a_name_is_a_title_and_never_a_path(name: str, title: str) -> None:
    assert title_of(name) == title
    handed_out = file_name(title_of(name), ".pdf")
    assert handed_out.endswith(".pdf")
    assert not set(handed_out) & set('/\\:\r\n\0"')


def test_a_paper_is_kept_with_its_fact_and_handed_out_to_be_saved(
    community: Community, viewer_of: Seated, client_of: Clients
) -> None:
    signed(viewer_of)
    (document,) = current(community, "documents")
    kept = PaperContent.rows.of(community).get()
    assert (document["kind"], document["title"], document["sha256"]) == (KIND, "签署页 signed", kept.sha256)
    answer = client_of("fin").get(address(community))
    assert answer.content == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"


@sqlite
def test_a_text_that_is_a_page_is_a_text_to_be_saved(community, viewer_of: Seated, client_of: Clients):
    paper = Paper(KIND, name="note.txt", content=DENIED.encode())
    move_deal(Actor(viewer_of("fin")), opportunity="a-zhou", stage="signed", papers=[paper])
    answer = client_of("fin").get(address(community))
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment")


@sqlite
def test_a_paper_opens_for_whoever_sees_its_row_whole(community, viewer_of: Seated, client_of: Clients):
    signed(viewer_of, "op")
    where = address(community)
    answers = {who: client_of(who).get(where).status_code for who in (*place.OFFICES, "fou", "zhou", "lin", "sup")}
    assert answers == {
        "op": 404, "fin": 200, "comp": 200, "gu": 200, "aud": 200, "fou": 200, "zhou": 200, "lin": 404, "sup": 404,
    }, "a deal's papers name sums, which the operator does not see, even who uploaded them"  # fmt: skip
    assert Client().get(where).status_code == 302
    assert client_of("fin").post(where).status_code == 405


@sqlite
@pytest.mark.parametrize(
    ("table", "own"),
    [
        ("memberships", {"party": "lin", "class": "partner", "state": "active"}),
        ("interactions", {"member": "lin", "direction": "in", "channel": "call"}),
    ],
)
def test_naming_a_paper_in_a_row_of_ones_own_opens_nothing(
    community, viewer_of: Seated, client_of: Clients, table, own
):
    signed(viewer_of)
    key = address(community).rpartition("/")[2]
    with writing(community, Author("lin")) as writer:
        fact = writer.add(table, **own, evidence=[key])
    assert client_of("lin").get(f"/c/small/papers/{fact}/{key}").status_code == 404
    assert client_of("fin").get(f"/c/small/papers/{fact}/{key}").status_code == 404


@sqlite
def test_a_removed_right_a_withdrawn_row_and_a_changed_content_open_nothing(
    community, viewer_of: Seated, client_of: Clients
):
    signed(viewer_of)
    where, fin = address(community), client_of("fin")
    assert fin.get(where).status_code == 200
    community.policy = {"sights": {"pipeline": {"finance": "no_amounts"}}}
    community.save()
    assert fin.get(where).status_code == 404
    community.policy = {}
    community.save()
    PaperContent.rows.of(community).update(content=b"%PDF- changed")
    assert fin.get(where).status_code == 404
    PaperContent.rows.of(community).update(content=PDF)
    assert fin.get(where).status_code == 200
    undo(Actor(viewer_of("fin")), facts=whole_act(community, where.split("/")[-2]))
    assert fin.get(where).status_code == 404


@sqlite
def test_a_foreign_paper_looks_like_a_missing_one(community, viewer_of: Seated, client_of: Clients, folder, tmp_path):
    signed(viewer_of)
    (tmp_path / "foreign").symlink_to(folder)
    take_in(tmp_path / "foreign", "foreign", Author("import:foreign"))
    where, fin = address(community), client_of("fin")
    missing = fin.get("/c/small/papers/deal-1/document-1")
    assert missing.status_code == 404
    for there in (where.replace("/small/", "/foreign/"), where.replace("/small/", "/nowhere/")):
        assert (fin.get(there).status_code, fin.get(there).content) == (404, missing.content)
    fact, key = where.split("/")[-2:]
    for wrong in (f"deal-1/{key}", f"{fact}/other", f"{key}/{key}", "..%2F..%2Fetc/passwd"):
        assert fin.get(f"/c/small/papers/{wrong}").status_code == 404


@sqlite
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_papers_come_and_stand_where_they_belong(community, viewer_of: Seated, client_of: Clients, language):
    fin, lin = client_of("fin"), client_of("lin")
    sent = {"deal": "a-zhou", "stage": "signed", "kind": KIND}
    assert fin.post(MOVE, sent | {"file": SimpleUploadedFile("x.pdf", b"no")}).status_code == 422
    assert fin.post(MOVE, sent | {"kind": "", "file": SimpleUploadedFile("x.pdf", PDF)}).status_code == 422
    assert current(community, "documents") == []
    assert fin.post(MOVE, sent | {"file": SimpleUploadedFile("../x.pdf", PDF)}).status_code == 302
    delivered = {"promise": "sample", "step": "delivered", "file": SimpleUploadedFile("照片.png", b"\x89PNG\r\n\x1a\n")}
    assert lin.post(STEP, delivered).status_code == 302
    for who, page, shown in (("fin", "funding", "opportunities"), ("gu", "promises", "commitment_steps")):
        client = client_of(who)
        client.cookies["django_language"] = language
        found = client.get(f"/c/small/{page}")
        if page == "promises":
            assert address(community, shown) in found.content.decode()
            assert "照片" in text_of(found)
        assert RAW.findall(text_of(found)) == []
    assert client_of("lin").get(address(community, "commitment_steps")).status_code == 200
    assert client_of("zhou").get(address(community, "commitment_steps")).status_code == 404
    assert client_of("op").get(address(community, "commitment_steps")).status_code == 404, "it is worth a sum"


@sqlite
def test_a_promise_that_is_worth_no_sum_shows_its_papers_to_the_operator(community, viewer_of: Seated, client_of):
    promises.make_promise(Actor(viewer_of("lin")), party="lin", to_party="us", what="a report")
    key = MODELS["commitments"].rows.of(community).order_by("-sequence").first().commitment
    promises.deliver(Actor(viewer_of("lin")), commitment=key, papers=[Paper("proof", name="r.pdf", content=PDF)])
    assert client_of("op").get(address(community, "commitment_steps")).content == PDF


AGREEMENTS = (b"  indicators: []\n", b"  indicators: []\n  agreements_required: {investor: [nda]}\n")


@pytest.fixture
def community_asks(database: str, tmp_path: Path) -> Community:
    """A community whose charter asks investors for an agreement."""
    folder = place.write(tmp_path / "asked")
    charter = folder / "charter.yaml"
    charter.write_bytes(charter.read_bytes().replace(*AGREEMENTS))
    return take_in(folder, "small", Author("import:small"))


def client_in(community: Community, party: str) -> Client:
    """Somebody of a community who is logged in."""
    account = Account.objects.create_user(f"{party}@example.org")
    Seat.objects.create(account=account, community=community, party=party)
    client = Client()
    client.force_login(account)
    return client


@sqlite
def test_an_agreement_stands_with_its_paper_on_the_members_page(community_asks):
    asked = community_asks
    clients = {who: client_in(asked, who) for who in ("op", "lin", "zhou")}
    op, page = clients["op"], "/c/small/people/zhou"
    assert "agreement" in op.get(page).content.decode()
    sent = {"type": "nda", "state": "in_force", "expires": "2027-01-31"}
    assert op.post(f"{page}/agreement", sent | {"type": "other"}).status_code == 422
    assert clients["lin"].post(f"{page}/agreement", sent).status_code == 403
    assert op.post(f"{page}/agreement", sent | {"state": "sent"}).status_code == 302
    assert op.post(f"{page}/agreement", sent | {"file": SimpleUploadedFile("nda.pdf", PDF)}).status_code == 302
    (row,) = current(asked, "agreements")
    assert (row["agreement"], row["state"], str(row["expires_at"])) == ("zhou-nda", "in_force", "2027-01-31")
    where = f"/c/small/papers/{row['fact']}/{row['document']}"
    assert where in clients["zhou"].get(page).content.decode()
    assert clients["zhou"].get(where).content == PDF
    assert clients["lin"].get(where).status_code == 404
    assert where not in op.get(page).content.decode()


def test_papers_are_backed_up_and_come_back(
    community: Community, viewer_of: Seated, client_of: Clients, tmp_path: Path
) -> None:
    signed(viewer_of)
    where = address(community)
    backup(tmp_path / "backup.zip")
    point_at(sqlite_at(tmp_path / "elsewhere.sqlite3"))
    restore(tmp_path / "backup.zip")
    assert bytes(PaperContent.rows.of(Community.objects.get()).get().content) == PDF
    client = Client()
    client.force_login(viewer_of("fin").account)
    showed(client, viewer_of("fin").account)
    assert client.get(where).content == PDF


@sqlite
def test_papers_about_an_erased_person_alone_are_erased(community, viewer_of: Seated, client_of: Clients):
    signed(viewer_of)
    promises.deliver(Actor(viewer_of("lin")), commitment="sample", papers=[Paper("proof", name="林.pdf", content=PDF)])
    where = address(community, "commitment_steps")
    erase(Actor(viewer_of("comp")), party="lin")
    (left,) = PaperContent.rows.of(community)
    assert client_of("fin").get(where).status_code == 404
    assert client_of("fin").get(address(community)).content == PDF
    titles = {row["title"] for row in current(community, "documents")}
    assert titles == {"签署页 signed", None}
    assert left.fact in {row["fact"] for row in current(community, "documents") if row["title"]}


@sqlite
def test_the_same_form_five_times_keeps_one_paper_and_a_refused_one_none(community, viewer_of: Seated):
    before = Chain.objects.get(pk=community.pk).sequence
    paper = Paper(KIND, name="x.pdf", content=PDF)
    for _ in range(5):
        move_deal(Actor(viewer_of("fin"), once="k"), opportunity="a-zhou", stage="signed", papers=[paper])
    assert PaperContent.rows.of(community).count() == 1
    assert Chain.objects.get(pk=community.pk).sequence == before + 2
    with pytest.raises(Refused):
        move_deal(Actor(viewer_of("fin")), opportunity="a-zhou", stage="nowhere", papers=[paper])
    assert PaperContent.rows.of(community).count() == 1
    with refused("acts.not_allowed"):
        record_agreement(Actor(viewer_of("zhou")), party="lin", type="nda", state="sent")
