"""How often one person may ask for what costs much or takes much along (promise 14)."""

import time
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from tenfold.web.store.communities import Community

Clients = Callable[[str], Client]
BASE = "/c/small"
# What is counted → how it is asked for, and for how many seconds it is counted.
COSTLY = {
    "export": (lambda client: client.get(f"{BASE}/export/promises.csv"), 3600),
    "import": (lambda client: client.post(f"{BASE}/import", {}), 3600),
    "invite": (lambda client: client.post(f"{BASE}/access/do", {"do": "invite"}), 3600),
    "search": (lambda client: client.get(f"{BASE}/search", {"q": "lin"}), 60),
    "trial": (lambda client: client.post(f"{BASE}/governance/charter/try", {}), 600),
}
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The machine's time, to be moved on."""
    now = [time.time()]
    monkeypatch.setattr(time, "time", lambda: now[0])
    return now


@pytest.mark.parametrize("what", COSTLY)
def test_what_costs_much_is_refused_where_one_person_asks_too_often(
    community: Community, client_of: Clients, settings_of: Callable[..., None], clock: list[float], what: str
) -> None:
    ask, seconds = COSTLY[what]
    amount, _, rest = settings.ACCOUNT_RATE_LIMITS[what].partition("/")
    assert int(amount) >= 30  # nobody who works meets it
    settings_of(ACCOUNT_RATE_LIMITS=settings.ACCOUNT_RATE_LIMITS | {what: f"2/{rest}"})
    client = client_of("op")
    assert [ask(client).status_code == 429 for _ in range(4)] == [False, False, True, True]
    for language, said in (("en", "within a short time"), ("zh-hans", "过于频繁")):
        client.cookies["django_language"] = language
        assert said in ask(client).content.decode()
    assert ask(client_of("fou")).status_code != 429
    clock[0] += seconds - 1
    assert ask(client_of("op")).status_code == 429  # in a session of its own, where they have just shown who they are
    clock[0] += 1
    assert ask(client_of("op")).status_code != 429


def test_the_form_of_an_import_is_looked_at_as_often_as_one_likes(
    community: Community, client_of: Clients, settings_of: Callable[..., None]
) -> None:
    settings_of(ACCOUNT_RATE_LIMITS=settings.ACCOUNT_RATE_LIMITS | {"import": "1/h/user"})
    client = client_of("op")
    assert {client.get(f"{BASE}/import").status_code for _ in range(3)} == {200}
