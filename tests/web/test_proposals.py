"""A change of the charter on its way: nothing holds before it was voted on, and nobody brings it about alone."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from tests.web.acting import caught_up, refused, standing
from tests.web.entering import showed
from tests.web.test_pages import LANGUAGES, RAW, text_of

from tenfold.charter.adoption import number_of
from tenfold.terms.errors import Refused
from tenfold.web.jobs.engine import Engine
from tenfold.web.rights.deciding import digest_of
from tenfold.web.rights.proposing import standing as proposal_of
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services import charters, proposals, undoing
from tenfold.web.services.acting import Actor
from tenfold.web.store.append import Author, writing
from tenfold.web.store.charters import charter_files, rulebook_of
from tenfold.web.store.communities import CharterText, Community
from tenfold.web.store.current import current
from tenfold.web.store.work import Question, ask

Clients = Callable[[str], Client]
Seated = Callable[[str], Viewer]
CHARTER = "/c/small/governance/charter"
TODAY, CLOSES = date(2026, 9, 20), date(2026, 9, 22)  # the community's local day is the first
OVER = datetime(2026, 9, 22, 16, tzinfo=UTC)  # the first instant after the last day, in Shanghai
DAY = datetime(2026, 11, 30, 16, tzinfo=UTC)  # the first of the new charter
PLAIN = b'charter: {quorum: "0.60", pass: "0.667", weight: one_member_one_vote}'
ORDINARY = b', ordinary: {quorum: "0.50", pass: "0.50", weight: one_member_one_vote}'
VOTERS = ("chen", "fou", "lin", "sup", "wang", "zhao", "zhou")
# What is done here goes through the store, which is held to the same answers on each engine.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def reads() -> str:
    return "en"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """No page waits for an engine that is not there."""
    monkeypatch.setattr("tenfold.web.pages.proposals.WAIT", 0.0)


def next_text(community: Community, since: str = "2026-12-01", cap: str = "0.25") -> bytes:
    text = charter_files(community)["charter.yaml"].replace(b'member_share: "0.30"', f'member_share: "{cap}"'.encode())
    return charters.as_next_version(community, text, date.fromisoformat(since))


def proposed(viewer_of: Seated, by: str = "gu", **more: str) -> str:
    """Propose a change; return the proposal's key."""
    actor = Actor(viewer_of(by))
    known = {row["proposal"] for row in current(actor.viewer.community, "proposals")}
    charters.propose_charter(actor, content=next_text(actor.viewer.community, **more), body="charter")
    (made,) = {row["proposal"] for row in current(actor.viewer.community, "proposals")} - known
    return str(made)


def announced(viewer_of: Seated, **more: str) -> str:
    key = proposed(viewer_of, **more)
    proposals.announce(Actor(viewer_of("gu")), proposal=key, opens=TODAY, closes=CLOSES)
    return key


def told_who_votes(community: Community, key: str, voters: Mapping[str, tuple[str, int]]) -> None:
    """Let an engine have said who may vote."""
    answer = {party: list(voice) for party, voice in voters.items()}
    Question.rows.of(community).create(
        community=community, kind="voices", params={"proposal": key}, answer=answer, answered_at=datetime.now(UTC)
    )


def moved(community: Community, to: datetime) -> None:
    Community.objects.filter(pk=community.pk).update(clock=to)
    community.refresh_from_db()


def counted(community: Community, key: str, state: str, kind: str = "vote_result") -> str:
    """Let a cycle have counted a vote; return the digest of what it says."""
    numbers = dict.fromkeys(("for", "against", "abstain", "whole", "turnout", "share", "wanted"), "1")
    message = {"id": f"adjustment.vote_{state}", "params": numbers | {"proposal": key}}
    proposes = {"table": "proposals", "proposal": key, "state": state}
    return digest_of(standing(community, f"adjustment.{kind}:{key}:x", key, message=message, proposes=proposes))


def states(community: Community, table: str, key: str) -> str:
    name = "proposal" if table == "proposals" else "charter_version"
    (row,) = current(community, table, **{name: [key]})
    return str(row["state"])


def test_a_change_is_adopted_by_a_vote_that_an_engine_counts(
    computed: Community, client_of: Clients, viewer_of: Seated
) -> None:
    """Seven members have a voice each. Five speak, four of them for it: 5/7 ≥ 60 %, 4/5 ≥ 2/3."""
    gu, fin = client_of("gu"), client_of("fin")
    engine = Engine(computed)
    cap = "/distribution/caps/member_share"
    sent = {cap: "25", "do": "propose", "body": "charter", "from": "2026-12-01", "once": "one"}
    assert gu.post(f"{CHARTER}/try", sent).status_code == 302
    ((key, by),) = ((row["proposal"], row["by"]) for row in current(computed, "proposals"))
    page = f"/c/small/governance/proposals/{key}"

    def press(client: Client, do: str, **more: str) -> int:
        return client.post(f"{page}/do", {"do": do, **more}).status_code

    assert press(gu, "announce", opens="2026-09-20", closes="2026-09-22") == 302
    engine.answer(ask(computed, "voices", {"proposal": key}, wait=0))
    for voter, choice in (("lin", "for"), ("zhou", "for"), ("wang", "for"), ("chen", "against"), ("fou", "for")):
        assert press(client_of(voter), "vote", voter=voter, choice=choice) == 302, voter
    text = " ".join(text_of(client_of("lin").get(page)).split())
    assert "lin voted: for" in text
    assert rulebook_of(computed).newest.version == 1
    moved(computed, OVER)
    engine.recompute()
    text = " ".join(text_of(fin.get(page)).split())
    assert "4 for, 1 against, 0 abstained, of 7. Turnout 71.4 %; 80.0 % in favour, 66.7 % needed." in text
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', fin.get(page).content.decode())
    assert seen is not None
    assert by == "gu"
    assert press(gu, "settle", seen=seen[1]) == 422, "whoever proposes does not record"
    assert press(fin, "settle", seen="0" * 64) == 422
    assert press(fin, "settle", seen=seen[1]) == 302
    adopted(computed, key, engine)
    past_and_to_come(client_of, key)
    moved(computed, DAY)
    assert press(fin, "take_effect") == 302
    assert states(computed, "charter_versions", key) == "in_force"


def adopted(community: Community, key: str, engine: Engine) -> None:
    """The version is there, and judges from its day on and no sooner: for pages and for the engine."""
    book = rulebook_of(community)
    assert [one.version for one in book.charters] == [1, 2]
    assert book.judging(OVER).version == 1
    assert book.judging(DAY).version == 2
    assert states(community, "proposals", key) == states(community, "charter_versions", key) == "adopted"
    moved(community, DAY)
    assert engine.recompute().charter_version == 2
    moved(community, OVER)


def past_and_to_come(client_of: Clients, key: str) -> None:
    """The history says which version holds and which will, with its votes; the form starts from the adopted one.

    A proposal leads to the version that it became, and that back to it; what is decided is not tried any more.
    """
    client = client_of("sup")
    text = " ".join(text_of(client.get(f"{CHARTER}/history")).split())
    assert "2 versions of the charter" in text
    assert "4 for, 1 against, 0 abstained" in text
    assert "and version 1 until then" in text_of(client.get(CHARTER))
    page = client.get(f"{CHARTER}/version/2").content.decode()
    assert "Members sharing more than 25 % of a pool are capped (was 30 %)." in page
    assert "<ins>+   caps: {member_share: &quot;0.25&quot;}</ins>" in page
    assert "<del>−   caps: {member_share: &quot;0.30&quot;}</del>" in page
    proposal = f"/c/small/governance/proposals/{key}"
    assert f'href="{proposal}"' in page
    assert f'href="{proposal}"' in client.get(f"{CHARTER}/history").content.decode()
    page = client.get(proposal).content.decode()
    assert f'href="{CHARTER}/version/2"' in page
    assert "it became version 2 of the charter" in page
    assert "The vote was open from" in page
    assert "See what it would have done" not in page


def tried_first(community: Community) -> None:
    """Let changes of the charter be tried before they are announced, 14 days ahead."""
    rules = b'charter: {pass: "0.667", notice: 14d, simulate_first: true}'
    with writing(community, Author("op")) as writer:
        text = bytes(CharterText.rows.of(community).get().content).replace(PLAIN, rules)
        text = text.replace(b"version: 1", b"version: 2").replace(
            b"effective_from: 2020-01-01", b"effective_from: 2026-01-01"
        )
        writer.charter(2, text)


def test_a_change_that_must_be_tried_is_tried_as_its_page_opens(
    community: Community, client_of: Clients, viewer_of: Seated
) -> None:
    """Else whoever records that it was tried is refused first, for nobody has asked what it would change."""
    free = f"/c/small/governance/proposals/{proposed(viewer_of)}"
    tries = re.compile(r'hx-get="[^"]+/tried"[^>]*hx-trigger="load, click"')
    assert not tries.search(client_of("gu").get(free).content.decode()), "nothing waits for a trial"
    tried_first(community)
    page = f"/c/small/governance/proposals/{proposed(viewer_of, cap='0.20')}"
    assert tries.search(client_of("gu").get(page).content.decode())
    assert not tries.search(client_of("aud").get(page).content.decode()), "only for whoever can record it"


def test_what_a_vote_must_wait_for(community: Community, viewer_of: Seated) -> None:
    """With 14 days of notice and a trial before: 20 September + 14 days; the result a day before 1 December."""
    tried_first(community)
    key, gu = proposed(viewer_of), Actor(viewer_of("gu"))
    with refused("acts.proposal_step"):
        proposals.announce(gu, proposal=key, opens=date(2026, 10, 4), closes=date(2026, 10, 9))
    with refused("acts.not_tried"):
        proposals.simulate(gu, proposal=key)
    trial = {"charter": (proposal_of(community, key).text or b"").decode()}
    tried = Question.rows.of(community).create(community=community, kind="trial", params=trial, answer={})
    with refused("acts.not_tried"):
        proposals.simulate(gu, proposal=key)
    Question.rows.of(community).filter(pk=tried.pk).update(answered_at=datetime.now(UTC))
    proposals.simulate(gu, proposal=key)
    with refused("acts.vote_early"):
        proposals.announce(gu, proposal=key, opens=date(2026, 10, 3), closes=date(2026, 10, 9))
    with refused("acts.vote_backwards"):
        proposals.announce(gu, proposal=key, opens=date(2026, 10, 4), closes=date(2026, 10, 3))
    with refused("acts.vote_late"):
        proposals.announce(gu, proposal=key, opens=date(2026, 10, 4), closes=date(2026, 11, 30))
    proposals.announce(gu, proposal=key, opens=date(2026, 10, 4), closes=date(2026, 11, 29))
    found = proposal_of(community, key)
    assert [
        found.step(at) for at in (datetime(2026, 10, 3, 15, 59, tzinfo=UTC), datetime(2026, 10, 3, 16, tzinfo=UTC))
    ] == [
        "wait",
        "vote",
    ]
    assert found.step(datetime(2026, 11, 29, 15, 59, tzinfo=UTC)) == "vote"
    assert found.step(datetime(2026, 11, 29, 16, tzinfo=UTC)) == "settle"


def test_who_votes_is_said_by_the_charter_and_nobody_votes_for_another(community: Community, viewer_of: Seated) -> None:
    key, lin = announced(viewer_of), Actor(viewer_of("lin"))
    with refused("acts.numbers_follow"):
        proposals.cast(lin, proposal=key, choice="for", voter="lin")
    told_who_votes(community, key, {"lin": ("lin", 1), "zhou": ("lin", 1), "chen": ("chen", 1)})
    with refused("acts.own_voice"):
        proposals.cast(lin, proposal=key, choice="for", voter="zhou")
    with refused("acts.no_voice"):
        proposals.cast(Actor(viewer_of("wang")), proposal=key, choice="for", voter="wang")
    with refused("acts.unknown"):
        proposals.cast(lin, proposal=key, choice="twice", voter="lin")
    proposals.cast(lin, proposal=key, choice="for", voter="lin")
    done = proposals.cast(lin, proposal=key, choice="against", voter="lin")
    assert [row["choice"] for row in current(community, "votes")] == ["against"]
    with refused("acts.undo_rules"):
        undoing.undo(lin, facts=done.facts)
    moved(community, OVER)
    with refused("acts.proposal_step"):
        proposals.cast(Actor(viewer_of("chen")), proposal=key, choice="for", voter="chen")


def test_the_page_says_whom_it_waits_for_and_offers_a_vote_to_who_has_one(
    community: Community, client_of: Clients, viewer_of: Seated
) -> None:
    key = announced(viewer_of)
    page = f"/c/small/governance/proposals/{key}"
    told_who_votes(community, key, {"lin": ("lin", 1), "zhou": ("lin", 1), "chen": ("chen", 1)})
    assert "Waiting for lin, chen" in text_of(client_of("wang").get(page))
    assert "You have no vote" in text_of(client_of("wang").get(page))
    assert 'value="for"' in client_of("zhou").get(page).content.decode()
    proposals.cast(Actor(viewer_of("zhou")), proposal=key, choice="abstain", voter="zhou")
    assert "Waiting for chen" in text_of(client_of("wang").get(page))
    assert "lin voted: abstained" in text_of(client_of("lin").get(page)), "a group has one voice"


def test_a_result_is_recorded_as_it_was_seen_and_by_somebody_else(community: Community, viewer_of: Seated) -> None:
    key = announced(viewer_of)
    moved(community, OVER)
    seen = counted(community, key, "rejected")
    fin, gu = Actor(viewer_of("fin")), Actor(viewer_of("gu"))
    with refused("acts.other_records"):
        proposals.settle(gu, proposal=key, seen=seen)
    with refused("acts.superseded"):
        proposals.settle(fin, proposal=key, seen="")
    with refused("acts.vote_over"):
        proposals.withdraw(gu, proposal=key)
    with refused("acts.not_allowed"):
        proposals.settle(Actor(viewer_of("lin")), proposal=key, seen=seen)
    proposals.settle(fin, proposal=key, seen=seen)
    assert rulebook_of(community).newest.version == 1
    assert states(community, "charter_versions", key) == "rejected"
    with refused("acts.proposal_step"):
        proposals.settle(fin, proposal=key, seen=seen)


def test_one_person_alone_records_what_nobody_else_can(community: Community, viewer_of: Seated) -> None:
    key = announced(viewer_of)
    moved(community, OVER)
    proposals.settle(Actor(viewer_of("gu")), proposal=key, seen=counted(community, key, "adopted"))
    assert rulebook_of(community).newest.version == 2


def test_a_version_whose_day_or_number_is_gone_is_not_adopted(community: Community, viewer_of: Seated) -> None:
    first, second = announced(viewer_of), announced(viewer_of, cap="0.20", since="2026-12-05")
    moved(community, OVER)
    fin, gu = Actor(viewer_of("fin")), Actor(viewer_of("gu"))
    late = counted(community, second, "adopted")
    proposals.settle(fin, proposal=first, seen=counted(community, first, "adopted"))
    caught_up(community)
    with pytest.raises(Refused) as taken:
        proposals.settle(fin, proposal=second, seen=late)
    assert [one.id for one in taken.value.complaints] == ["acts.charter_version", "acts.charter_stuck"]
    proposals.withdraw(gu, proposal=second)
    assert states(community, "proposals", second) == "withdrawn"
    third = proposed(viewer_of, since="2026-12-03", cap="0.20")
    proposals.announce(gu, proposal=third, opens=date(2026, 9, 23), closes=date(2026, 9, 24))
    moved(community, datetime(2026, 12, 2, 16, tzinfo=UTC))
    with pytest.raises(Refused) as gone:
        proposals.settle(Actor(viewer_of("fin")), proposal=third, seen=counted(community, third, "adopted"))
    assert [one.id for one in gone.value.complaints] == ["acts.charter_back", "acts.charter_stuck"]
    assert rulebook_of(community).newest.version == 2


def test_a_proposal_is_withdrawn_by_who_made_it(community: Community, viewer_of: Seated) -> None:
    key = proposed(viewer_of)
    with refused("acts.charter_same"):
        proposed(viewer_of)
    with refused("acts.own_withdrawal"):
        proposals.withdraw(Actor(viewer_of("fin")), proposal=key)
    proposals.withdraw(Actor(viewer_of("gu")), proposal=key)
    with refused("acts.proposal_step"):
        proposals.withdraw(Actor(viewer_of("gu")), proposal=key)
    assert states(community, "charter_versions", key) == "rejected"
    assert number_of(key) is None, "its key speaks of no other version"
    again = proposed(viewer_of)
    assert again != key


def test_who_somebody_is_is_asked_again_before_a_step(
    community: Community, client_of: Clients, viewer_of: Seated
) -> None:
    key, client = proposed(viewer_of), client_of("gu")
    showed(client, viewer_of("gu").account, ago=301)
    sent = {"do": "announce", "opens": "2026-09-20", "closes": "2026-09-22"}
    answer = client.post(f"/c/small/governance/proposals/{key}/do", sent)
    assert answer.headers["Location"].startswith("/login/again")
    assert states(community, "proposals", key) == "draft"


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_speak_the_readers_language(
    community: Community, client_of: Clients, viewer_of: Seated, language
) -> None:
    key = announced(viewer_of)
    told_who_votes(community, key, {"gu": ("gu", 1)})
    client = client_of("gu")
    client.cookies["django_language"] = language
    withdrawn = proposed(viewer_of, cap="0.20")
    proposals.withdraw(Actor(viewer_of("gu")), proposal=withdrawn)
    pages = [f"/c/small/governance/proposals/{one}" for one in (key, withdrawn)]
    for address in (*pages, f"{pages[0]}/tried", f"{CHARTER}/history", CHARTER):
        answer = client.get(address)
        assert answer.status_code == 200, address
        text = text_of(answer)
        assert RAW.findall(text) == [], address
        assert re.findall(r"\b(?:proposal|rulebook|trial|acts)\.[a-z_.]+", text) == [], address
        assert "-draft" not in text, "names, never ids"


@pytest.mark.parametrize(
    ("body", "state", "told"), [("charter", "draft", True), ("charter", "adopted", False), ("ordinary", "draft", False)]
)
def test_a_change_whose_text_nobody_recorded_says_so(
    community: Community, client_of: Clients, viewer_of: Seated, body: str, state: str, told: bool
) -> None:
    with writing(community, Author("gu")) as writer:
        text = bytes(CharterText.rows.of(community).get().content).replace(PLAIN, PLAIN + ORDINARY)
        text = text.replace(b"version: 1", b"version: 2").replace(b"from: 2020-01-01", b"from: 2026-01-01")
        writer.charter(2, text)
    with writing(community, Author("gu")) as writer:
        writer.add("proposals", proposal="fewer", body=body, subject="更少 · fewer", by="gu", state=state)
    text = text_of(client_of("op").get("/c/small/governance/proposals/fewer"))
    assert ("not on record" in text) is told
    assert ("Ask 名字gu" in text) is told
    key = proposed(viewer_of)
    assert "not on record" not in text_of(client_of("op").get(f"/c/small/governance/proposals/{key}"))
