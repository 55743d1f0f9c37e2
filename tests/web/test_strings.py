"""No string that somebody types, in any field, becomes markup: no script, no handler, no element of its own.

The fields are those of the forms that pages hold, and the text columns of the declared tables; the strings those of
the big list of naughty strings beside the checkout, and some of our own. By day each field of half the pages takes one
of them, at night every field all.
"""

import random
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from tests.conftest import SHARED
from tests.night import NIGHT
from tests.web import place
from tests.web.browsing import DESK, page_in, served
from tests.web.databases import TABLES as TABLES_MADE
from tests.web.databases import Kept
from tests.web.entering import showed
from tests.web.markup import Form, Page
from tests.web.routes import routes
from tests.web.test_rights import with_results

from tenfold.facts.declaration import TABLES
from tenfold.web.store.accounts import Account, Seat
from tenfold.web.store.append import Author
from tenfold.web.store.communities import Chain, Community
from tenfold.web.store.folders import take_in
from tenfold.web.store.requests import WritingRequest

SEED = 20261130
LIST = SHARED / "corpus/strings/blns.txt"
OURS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "</textarea></option></title><svg onload=alert(1)>",
    "javascript:alert(1)//https://a.example",
    "{{ 7 }}{% now %}{name} %s %(x)s",
)
CODED = frozenset({"currency"})
sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def strings() -> list[str]:
    """The strings, those with markup first: by day few fields take any of the others."""
    listed = LIST.read_text("utf-8").splitlines() if LIST.exists() else []
    found = [*OURS, *(one for one in listed if one and not one.startswith("#"))]
    return sorted(dict.fromkeys(found), key=lambda one: not set(one) & set("<>\"'"))


def drawn() -> Iterator[str]:
    """Yield strings without end: ours first, then as the seed draws them from those with markup."""
    yield from OURS
    dice, marked = random.Random(SEED), [one for one in strings() if set(one) & set("<>\"'")]
    while True:
        yield dice.choice(marked)


def takes(table: str, column: str) -> bool:
    """Whether a text of a table says what people like: no id, no currency."""
    return column not in TABLES[table].header and column not in CODED


def fill(folder: Path) -> None:
    """Take in a community in which every text of a table is such a string, and one person holds every office."""
    given, some = place.rows(), drawn()
    given["role_terms"] += [
        row | {"fact": f"{row['fact']}-fou", "party": "fou"} for row in given["role_terms"] if row["role"] != "auditor"
    ]
    for name, rows in given.items():
        texts = [one.name for one in TABLES[name].columns.values() if one.kind == "text" and takes(name, one.name)]
        for row in rows:
            row |= {text: next(some) for text in texts}
    community = take_in(place.write(folder, given), "small", Author("import:small"))
    with_results(community, place.AMOUNT, "insight.action.question.plain")


@pytest.fixture
def client(kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Whoever holds every office in it, and may ask as often as they like."""
    kept.open("hostile", TABLES_MADE, lambda: fill(tmp_path / "small"))
    often = {what: f"1000000/{limit.partition('/')[2]}" for what, limit in settings.ACCOUNT_RATE_LIMITS.items()}
    monkeypatch.setattr(settings, "ACCOUNT_RATE_LIMITS", often)
    monkeypatch.setattr(settings, "HOME", tmp_path)
    account = Account.objects.create_user("fou@example.org")
    Seat.objects.create(account=account, community=Community.objects.get(), party="fou")
    client = Client()
    client.force_login(account)
    showed(client, account)
    return client


def opened(client: Client) -> dict[str, Page]:
    """Pages of the community by their address: by day half of them, at night all."""
    addresses = sorted({route.at() for route in routes() if "community" in route.parts})
    found = {}
    for address in addresses if NIGHT else random.Random(SEED).sample(addresses, len(addresses) // 2):
        answer = client.get(address)
        if answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
            found[address] = Page(answer.content.decode())
    return found


def alive(pages: dict[str, Page]) -> dict[str, list[str]]:
    """What would run, by the address of its page."""
    return {address: page.live for address, page in pages.items() if page.live}


def sent(client: Client, page: str, form: Form, hostile: dict[str, str]) -> int:
    """Send a form with such strings in some fields; check the answer and the page after it."""
    given = form.others | {name: value or "lin" for name, value in form.typed.items()} | hostile
    if "once" in given:
        given["once"] = sha256(repr(sorted(hostile.items())).encode()).hexdigest()
    before = Chain.objects.get().sequence
    answer = (client.post if form.method == "POST" else client.get)(form.action or page, given)
    written = WritingRequest.rows.of(Community.objects.get()).filter(request=answer.headers["X-Request-ID"])
    noted = [entry for one in written.order_by("first") for entry in range(one.first, one.last + 1)]
    assert noted == [*range(before + 1, Chain.objects.get().sequence + 1)], (page, form.action, "from where it came")
    assert answer.status_code < 500, (page, form.action, hostile)
    shown = answer if answer.status_code != 302 or NIGHT else client.get(answer.headers["Location"])
    html = "html" in shown.headers.get("Content-Type", "")
    assert Page(shown.content.decode() if html else "").live == [], (page, form.action, hostile)
    return answer.status_code


def tries(form: Form, some: Iterator[str]) -> Iterator[dict[str, str]]:
    """Yield what goes into the fields of a form: by day all of them at once, then one after the other."""
    if not NIGHT:
        yield {field: next(some) for field in form.typed}
        return
    for field in form.typed:
        yield from ({field: text} for text in strings())


@pytest.mark.parametrize("text", OURS[:4])
def test_what_would_run_is_found(text: str) -> None:
    for where in (f"<p>{text}</p>", f"<textarea>{text}", f'<a title="{text}">', f"<a title='{text}'>"):
        if Page(where).live:
            return
    raise AssertionError(text)


@sqlite
def test_no_string_in_any_field_becomes_markup(client: Client) -> None:
    pages, some = opened(client), drawn()
    assert alive(pages) == {}, "of what is on record"
    forms = {form.named: (page, form) for page, found in pages.items() for form in found.forms if form.typed}
    assert sum(len(form.typed) for _, form in forms.values()) > (60 if NIGHT else 20)
    came = [sent(client, page, form, one) for page, form in forms.values() for one in tries(form, some)]
    assert 302 in came, "some were taken"
    assert not NIGHT or alive(opened(client)) == {}, "of what was typed"


@sqlite
def test_a_browser_runs_nothing_that_is_on_record(client: Client, browser: Any) -> None:
    said: list[str] = []
    with served() as site:
        context = browser.new_context(viewport={"width": DESK, "height": 900}, locale="en-GB")
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
        page = page_in(context)
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        for address in ("people/zhou", "promises", "funding"):
            page.goto(f"{site}/c/small/{address}")
            page.wait_for_load_state("networkidle")
        context.close()
    assert said == []
    assert page.wrong == []
