"""Lists to take along: what a viewer may see and no more, bound by consent, the same when they come back."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web.place import AMOUNT
from tests.web.test_pages import LANGUAGES, RAW, text_of

from tenfold.exchange.lists.forms import FORMS, forms_of
from tenfold.exchange.lists.tables import LISTS
from tenfold.web.store.append import Author, writing
from tenfold.web.store.communities import Community

Clients = Callable[[str], Client]
PAGES = {"people": "people", "money": "funding", "holdings": "funding", "promises": "promises"}
PAID = datetime(2026, 8, 2, tzinfo=UTC)
EVERY = [(name, form) for name in LISTS for form in forms_of(name)]
# Pages read through the store, which is held to the same answers on each engine.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def reads() -> str:
    return "en"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation's home of its own."""
    monkeypatch.setattr(settings, "HOME", tmp_path)
    return tmp_path


@pytest.fixture
def rich(community: Community) -> Community:
    """The community with a payment, shares, and somebody who wishes no contact."""
    with writing(community, Author("fin")) as writer:
        money = {"amount_minor": 123456789, "currency": "CNY", "occurred_at": PAID}
        writer.add("cash_movements", payer="zhou", payee="us", purpose="investment", reference="=1+1", **money)
        writer.add("holdings", party="zhou", security="common", units=7, action="issue", occurred_at=PAID)
        said = {"purpose": "community_management", "granted": False, "text_version": "v1"}
        writer.add("consents", party="zhao", **said)
    return community


def got(client: Client, name: str, form: str, purpose: str = "") -> tuple[int, bytes]:
    answer = client.get(f"/c/small/export/{name}.{form}", {"purpose": purpose} if purpose else {})
    return answer.status_code, answer.content


def inside(data: bytes) -> bytes:
    """What stands in a file, taken out of its archive."""
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"".join(map(archive.read, archive.namelist()))


def offered(client: Client, page: str) -> set[str]:
    text = client.get(f"/c/small/{page}").content.decode()
    return set(re.findall(r'formaction="/c/small/export/([^"]+)"', text))


@pytest.mark.parametrize(("name", "form"), EVERY)
def test_what_left_comes_back_the_same(rich: Community, client_of: Clients, name: str, form: str) -> None:
    client = client_of("fin")
    status, data = got(client, name, form)
    assert status == 200
    file = SimpleUploadedFile(f"{name}{FORMS[form].ending}", data)
    answer = client.post("/c/small/import", {"file": file})
    assert answer.status_code == 302, text_of(answer)
    text = text_of(client.get(answer.headers["Location"]))
    assert "Nothing new" in text
    assert re.search(r"\b0\s+0\s+[1-9]", text), text


def test_a_page_offers_the_lists_that_it_shows(rich: Community, client_of: Clients) -> None:
    for name, page in PAGES.items():
        assert {f"{name}.{form}" for form in forms_of(name)} <= offered(client_of("fin"), page)
    assert offered(client_of("op"), "funding") == set(), "amounts are hidden from an operator"
    assert {f"people.{form}" for form in forms_of("people")} == offered(client_of("op"), "people")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", sorted(set(PAGES.values())))
def test_pages_say_what_leaves_in_words(rich: Community, client_of: Clients, language: str, page: str) -> None:
    client = client_of("fin")
    client.cookies["django_language"] = language
    text = text_of(client.get(f"/c/small/{page}"))
    assert RAW.findall(text) == []
    assert re.findall(r"exporting\.\w+", text) == []


@pytest.mark.parametrize(("name", "form"), [one for one in EVERY if one[0] in ("money", "holdings")])
def test_amounts_leave_for_nobody_from_whom_they_are_hidden(
    rich: Community, client_of: Clients, name: str, form: str
) -> None:
    assert got(client_of("op"), name, form)[0] == 422
    assert got(client_of("lin"), name, form)[0] in (200, 403)
    assert b"zhou" not in inside(got(client_of("lin"), name, form)[1])
    assert got(client_of("sup"), name, form)[0] == 403
    assert b"zhou" in inside(got(client_of("zhou"), name, form)[1]), "one's own"


def test_a_member_takes_what_is_about_themselves(rich: Community, client_of: Clients) -> None:
    status, data = got(client_of("zhou"), "people", "csv")
    assert status == 200
    assert b"zhou" in data
    assert b"wang" not in data


def test_who_wishes_no_contact_is_not_in_the_list(rich: Community, client_of: Clients) -> None:
    for form in forms_of("people"):
        text = inside(got(client_of("op"), "people", form)[1]).decode()
        assert ("zhao" in text, "wang" in text) == (False, True), form
    assert got(client_of("op"), "people", "csv", "community_management")[0] == 200
    assert got(client_of("op"), "people", "csv", "gossip")[0] == 422


def test_a_file_is_saved_and_kept_by_no_cache(rich: Community, client_of: Clients) -> None:
    answer = client_of("fin").get("/c/small/export/money.beancount")
    assert answer["Content-Disposition"] == 'attachment; filename="money.beancount"'
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert client_of("fin").get("/c/small/export/money.vcard").status_code == 404


def test_no_cell_is_a_live_formula(rich: Community, client_of: Clients) -> None:
    text = got(client_of("fin"), "money", "csv")[1].decode("utf-8-sig")
    assert ',"\'=1+1"' in text
    assert AMOUNT not in got(client_of("op"), "people", "csv")[1].decode()
