"""Questions as forms: who asked, until when an answer is due, who may answer; each answered once."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.web import place
from tests.web.acting import refused, standing
from tests.web.test_pages import HX, LANGUAGES, RAW, text_of

from tenfold.web.rights.asking import questions
from tenfold.web.rights.viewers import Viewer, viewer
from tenfold.web.services import talks
from tenfold.web.services.acting import Actor
from tenfold.web.store.accounts import Account, Seat
from tenfold.web.store.append import Author
from tenfold.web.store.communities import Community
from tenfold.web.store.current import counting
from tenfold.web.store.folders import take_in

Clients = Callable[[str], Client]
Seated = Callable[[str], Viewer]
PAGE, ASK, ANSWER = "/c/small/questions", "/c/small/questions/ask", "/c/small/questions/answer"
CADENCE = b"  cadence: {investors: 30d, others: 45d}\n"
CLOCKS = (CADENCE, CADENCE + b"  respond_within: {question: 2wd, complaint: 1wd}\n")
LATE = {"facts": ["question-1"], "message": {"id": "interaction.question_late", "params": {}}}
sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def waiting(viewer: Viewer, who: str = "") -> list[tuple[str, bool]]:
    return sorted((one.member[0], one.theirs) for one in questions(viewer, who).waiting)


@sqlite
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["op", "zhou", "gu"])
def test_the_page_speaks_the_readers_language(community, client_of: Clients, language, who):
    client = client_of(who)
    client.cookies["django_language"] = language
    told = text_of(client.get(PAGE))
    assert RAW.findall(told) == []
    assert ("提问" if language == "zh-hans" else "question") in told


@sqlite
def test_each_sees_and_is_offered_what_they_may(community, client_of: Clients, viewer_of: Seated):
    shown = {who: client_of(who).get(PAGE) for who in ("op", "fin", "gu", "zhou", "lin", "aud", "sup")}
    assert [answer.status_code for answer in shown.values()] == [200, 200, 200, 200, 200, 403, 403]
    text = {who: answer.content.decode() for who, answer in shown.items()}
    assert {who for who in text if "/thread/question-1" in text[who]} == {"op", "fin", "zhou"}
    assert {who for who in text if f'action="{ANSWER}"' in text[who]} == {"op", "fin"}, "zhou asked it"
    assert {who for who in text if 'name="member"' in text[who]} == {"op", "fin"}


def test_a_question_is_asked_and_answered_once(community: Community, client_of: Clients, viewer_of: Seated) -> None:
    op, lin, zhou = client_of("op"), client_of("lin"), client_of("zhou")
    asked = {"channel": "call", "once": "x"}
    for _ in range(5):
        assert lin.post(ASK, asked, **HX).headers["HX-Trigger"] == "recorded"
    assert op.post(ASK, {"member": "zhou", "asked": "we", "channel": "message"}).status_code == 302
    assert op.post(ASK, {"member": "zhou", "asked": "they", "channel": "call", "day": "2026-09-18"}).status_code == 302
    assert waiting(viewer_of("op")) == [("lin", True), ("zhou", False), ("zhou", True), ("zhou", True)]
    assert waiting(viewer_of("op"), "lin") == [("lin", True)]
    assert waiting(viewer_of("lin")) == [("lin", True)]
    ours = next(one for one in questions(viewer_of("zhou")).waiting if not one.theirs)
    assert ours.mine, "whoever was asked answers"
    assert lin.post(ANSWER, {"question": ours.fact, "channel": "call"}).status_code == 422
    for _ in range(5):
        assert zhou.post(ANSWER, {"question": ours.fact, "channel": "call", "once": "y"}).status_code == 302
    assert op.post(ANSWER, {"question": ours.fact, "channel": "call"}).status_code == 422
    (answer,) = counting(community, "interactions").filter(replies_to=ours.fact).values()
    assert (answer["direction"], answer["flags"], answer["because"]) == ("in", ["question_answered"], ours.fact)
    assert waiting(viewer_of("zhou")) == [("zhou", True), ("zhou", True)]


@sqlite
def test_nobody_answers_their_own_question_and_none_before_it_was_asked(community, viewer_of: Seated):
    with refused("acts.own_question"):
        talks.answer(Actor(viewer_of("zhou")), question="question-1", channel="call")
    with refused("acts.answer_early"):
        early = datetime(2026, 9, 1, tzinfo=UTC)
        talks.answer(Actor(viewer_of("op")), question="question-1", channel="call", at=early)


@sqlite
def test_what_cannot_be_writes_nothing(community, client_of: Clients):
    before = counting(community, "interactions").count()
    clients = {who: client_of(who) for who in ("aud", "sup", "op", "zhou", "lin")}
    for who, address, sent, status in (
        ("aud", ASK, {"channel": "call"}, 403),
        ("sup", ASK, {"channel": "call"}, 403),
        ("op", ASK, {"channel": "call"}, 422),
        ("op", ASK, {"member": "nobody", "asked": "we", "channel": "call"}, 422),
        ("op", ASK, {"member": "lin", "asked": "we", "channel": "pigeon"}, 422),
        ("op", ASK, {"member": "lin", "asked": "we", "channel": "call", "day": "2026-09-21"}, 422),
        ("op", ANSWER, {"question": "nothing", "channel": "call"}, 422),
        ("op", ANSWER, {"question": "question-1", "channel": "pigeon"}, 422),
        ("op", ANSWER, {"question": "question-1"}, 422),
        ("zhou", ANSWER, {"question": "question-1", "channel": "call"}, 422),
        ("lin", ANSWER, {"question": "question-1", "channel": "call"}, 422),
    ):
        assert clients[who].post(address, sent).status_code == status, (who, sent)
    assert counting(community, "interactions").count() == before


@sqlite
@pytest.mark.parametrize(
    ("clock", "tone"),
    [("2026-09-13T09:00:00+08:00", ""), ("2026-09-14T09:00:00+08:00", "warn"), ("2026-09-15T09:00:00+08:00", "bad")],
)
def test_an_answer_is_due_by_working_days(database, tmp_path: Path, clock: str, tone: str):
    """Asked on Thursday 10 September, with two working days: Monday is in time."""
    folder = place.write(tmp_path / "clocked")
    charter = (folder / "charter.yaml").read_bytes()
    assert CLOCKS[0] in charter
    (folder / "charter.yaml").write_bytes(charter.replace(*CLOCKS))
    clocked = take_in(folder, "clocked", Author("import:clocked"))
    clocked.clock = datetime.fromisoformat(clock)
    clocked.save()
    account = Account.objects.create_user("op@example.org")
    Seat.objects.create(account=account, community=clocked, party="op")
    (one,) = questions(viewer(account, "clocked", "en")).waiting
    assert (one.tone, bool(one.due)) == (tone, True)


@sqlite
def test_a_question_of_long_ago_stands_there_while_its_answer_is_late(community, viewer_of: Seated):
    assert waiting(viewer_of("op")) == [("zhou", True)]
    community.clock = datetime(2027, 3, 1, tzinfo=UTC)
    community.save()
    assert waiting(viewer_of("op")) == [], "nothing says that anybody waits for it"
    standing(community, "interaction.question_unanswered:zhou:question-1", "zhou", **LATE)
    assert waiting(viewer_of("op")) == [("zhou", True)]


@sqlite
def test_questions_of_late_and_late_ones_are_found_by_an_index_each_and_answers_once(community, viewer_of: Seated):
    op = Actor(viewer_of("op"))
    first = standing(community, "interaction.question_unanswered:zhou:question-1", "zhou", **LATE)
    (asked,) = talks.ask(Actor(viewer_of("lin")), member="lin", channel="call").facts
    with CaptureQueriesContext(connection) as queries:
        assert waiting(op.viewer) == [("lin", True), ("zhou", True)], first
    found = [query["sql"] for query in queries if r"question\_answered" in query["sql"]]
    with connection.cursor() as cursor:
        plans = [[step for *_, step in cursor.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()] for sql in found]
    by_time, by_fact = plans
    assert "INDEX interactions_at (community_id=? AND occurred_at>? AND occurred_at<?)" in by_time[0]
    assert "(community_id=? AND fact=?)" in by_fact[0]
    answers = [step for plan in plans for step in plan if step.startswith("LIST SUBQUERY")]
    assert len(answers) == 2, "what was answered is listed once for all, not looked for under each"
    talks.answer(op, question=asked, channel="message")
    talks.answer(op, question="question-1", channel="message")
    assert waiting(op.viewer) == [], "neither of late, nor late"
