"""What waits with a pool on Today: to hand it over, to ask the bank, to pay again what came back."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client
from tests.web.test_pages import LANGUAGES, RAW, text_of
from tests.web.test_pools import POOL, Clients, pressed

from tenfold.web.jobs.recompute import recompute
from tenfold.web.store.communities import Community
from tenfold.web.store.current import current

# Pages read through the store, which is held to the same answers on each engine.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def reads() -> str:
    return "en"


def waiting(client: Client, language: str = "en") -> list[tuple[str, str]]:
    """The cards of Today about the pool: the kind of each, and what it says."""
    client.cookies["django_language"] = language
    page = client.get("/c/small/today").content.decode()
    found = re.findall(r'data-decision="insight\.next_best_action:h1/(\w+):.*?</article>', page, re.S)
    shown = re.findall(r'(<article class="act"[^>]*h1/(?:hand_over|arrival):.*?</article>)', page, re.S)
    return list(zip(found, (" ".join(re.sub(r"<[^>]*>", " ", one).split()) for one in shown), strict=True))


def later(community: Community, day: int) -> None:
    """Let it be a day of September, and the numbers follow."""
    Community.objects.filter(pk=community.pk).update(clock=datetime(2026, 9, day, 4, tzinfo=UTC))
    community.refresh_from_db()
    recompute(community)


def approved(community: Community, client_of: Callable[[str], Client]) -> Client:
    """Preview and sign twice, with the numbers that an engine computes; return who hands it over."""
    fin = client_of("fin")
    assert pressed(fin, "preview") == 302
    for signer in (fin, client_of("gu")):
        recompute(community)
        assert pressed(signer, "approve") == 302
    return fin


def test_today_says_what_waits_with_a_pool_to_whoever_can_do_it_until_it_is_done(computed, client_of: Clients):
    fin = approved(computed, client_of)
    recompute(computed)
    ((kind, said),) = waiting(fin)
    assert kind == "hand_over"
    assert re.search(r"Pay first half of 2026 ¥1,000\.00 .* not with the bank yet 5 people Open the pool", said)
    assert f'<a class="btn btn-do" href="{POOL}">' in fin.get("/c/small/today").content.decode()
    decision = re.findall(r'data-decision="([^"]*h1/hand_over[^"]*)"', fin.get("/c/small/today").content.decode())[0]
    why = text_of(fin.get(f"/c/small/why/{decision}"))
    assert "approved by everybody who signs" in why
    assert client_of("op").get(f"/c/small/why/{decision}").status_code == 404
    for who in ("op", "comp", "fou", "aud"):
        assert waiting(client_of(who)) == [], who
        put_away = {"decision": decision, "do": "dismiss", "once": who}
        assert client_of(who).post("/c/small/today/card", put_away).status_code in (403, 404), who
    assert pressed(fin, "export") == 302
    assert waiting(fin) == [], "it goes at once, before the numbers follow"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bank_is_asked_after_some_days_and_what_came_back_waits_again(computed, client_of: Clients, language):
    fin = approved(computed, client_of)
    assert pressed(fin, "export") == 302
    later(computed, 24)
    assert waiting(fin) == []
    later(computed, 30)
    ((kind, said),) = waiting(fin, language)
    assert kind == "arrival"
    assert ("1,000.00" in said, RAW.findall(said)) == (True, [])
    parties = [row["party"] for row in current(computed, "payouts", pool=["h1"])]
    assert pressed(fin, "receipted", party=parties[1:]) == 302
    assert pressed(fin, "returned", party=parties[0]) == 302
    assert waiting(fin) == [], "what was asked is answered"
    recompute(computed)
    ((kind, said),) = waiting(fin, language)
    assert kind == "hand_over"
    assert {"en": "1 payment came back", "zh-hans": "1 笔款项退回"}[language] in said
    assert pressed(fin, "exported", party=parties[0]) == 302
    assert waiting(fin) == []
