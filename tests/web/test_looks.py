"""The log of looks: who saw evidence, notes and payouts of somebody else, and who is shown that."""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo

import pytest
from django.test import Client
from tests.web.test_pages import RAW, text_of
from tests.web.test_pools import POOL, shared

from tenfold.web.rights.rows import allowed
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.acting import Actor
from tenfold.web.services.talks import log_talk
from tenfold.web.store.bound import Unchangeable
from tenfold.web.store.communities import Chain, Community
from tenfold.web.store.looks import Look, keep_looks

Clients = Callable[[str], Client]
Seated = Callable[[str], Viewer]
__all__ = ["shared"]
# What is told apart here lies above the store, which is held to the same answers on each engine.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class Hours(datetime):
    """The machine's clock, standing where a test sets it."""

    at = datetime(2026, 11, 30, 9, 59, 59, 999999, tzinfo=UTC)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        """Return where the clock stands."""
        return cls.at


def kept(community: Community) -> list[tuple[str, str, str]]:
    """Return who looked at what about whom, as it is kept."""
    return sorted(Look.rows.of(community).values_list("by", "data", "about"))


def test_whoever_sees_what_others_are_paid_is_written_down(shared: Community, client_of: Clients) -> None:
    before = Chain.objects.get(pk=shared.pk).sequence
    client_of("fin").get(POOL)
    assert kept(shared) == [("fin", "payouts", "lin"), ("fin", "payouts", "wang")]
    client_of("comp").get(f"{POOL}/to/lin")
    assert ("comp", "payouts", "lin") in kept(shared)
    assert ("comp", "payouts", "wang") not in kept(shared)
    client_of("aud").get("/c/small/why/distribution.payout:wang@h1:pool-1")
    assert ("aud", "payouts", "wang") in kept(shared)
    assert Chain.objects.get(pk=shared.pk).sequence == before  # beside the facts, never among them


def test_a_look_at_oneself_and_one_that_was_refused_are_nobodys_business(shared: Community, client_of: Clients) -> None:
    client_of("lin").get(f"{POOL}/to/lin")
    assert client_of("op").get(POOL).status_code == 403
    assert client_of("lin").get(f"{POOL}/to/wang").status_code == 404
    assert kept(shared) == []


def test_notes_are_looked_at_by_whoever_sees_what_was_written(
    community: Community, viewer_of: Seated, client_of: Clients
) -> None:
    client_of("op").get("/c/small/people/zhou")
    assert kept(community) == []  # a talk without a word about it is no note
    at = datetime(2026, 9, 19, 4, tzinfo=UTC)
    log_talk(Actor(viewer_of("op")), members=["zhou"], channel="call", at=at, direction="out", topics=["pricing"])
    client_of("fin").get("/c/small/people/zhou")  # sees that there was a talk, not what was written
    assert kept(community) == []
    client_of("op").get("/c/small/people/zhou")
    assert kept(community) == [("op", "interactions", "zhou")]


@pytest.mark.parametrize(("who", "looked"), [("comp", True), ("fin", False), ("zhou", False)])
def test_evidence_is_looked_at_by_whoever_sees_more_than_the_result(viewer_of: Seated, who: str, looked: bool) -> None:
    viewer = viewer_of(who)
    row = {"fact": "gate-1", "party": "zhou", "gate": "kyc", "result": "pass", "evidence": ["passport"]}
    assert allowed(viewer, "gate_checks", [row])
    assert (("gate_evidence", "zhou") in viewer.seen) is looked


def test_a_look_is_written_once_an_hour_of_the_clock(community: Community, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenfold.web.store.looks.datetime", Hours)
    monkeypatch.setattr(Hours, "at", Hours.at)
    seen = {("payouts", "lin")}
    keep_looks(community, "fin", seen)
    keep_looks(community, "fin", seen | {("payouts", "nobody")})
    assert len(kept(community)) == 1
    Hours.at = datetime(2026, 11, 30, 10, tzinfo=UTC)
    keep_looks(community, "fin", seen)
    assert len(kept(community)) == 2


def test_a_look_is_only_ever_added(community: Community) -> None:
    keep_looks(community, "fin", {("payouts", "lin")})
    with pytest.raises(Unchangeable):
        Look.rows.of(community).delete()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_person_concerned_and_compliance_see_who_looked(
    shared: Community, client_of: Clients, language: str
) -> None:
    client_of("fin").get(POOL)
    pages = {}
    for who in ("lin", "comp", "op"):
        client = client_of(who)
        client.cookies["django_language"] = language
        pages[who] = text_of(client.get("/c/small/looks"))
        assert RAW.findall(pages[who]) == []
    assert pages["lin"].count("名字fin") == 1  # the look at wang is not theirs to see
    assert pages["comp"].count("名字fin") == 2
    assert "名字fin" not in pages["op"]
