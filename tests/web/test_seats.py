"""Who is in a community and as what: invited, given an office, relieved of it, shut out."""

import re
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from functools import partial

import pytest
from django.test import Client
from tests.web.acting import at_once, refused
from tests.web.entering import PASSWORD, showed
from tests.web.test_pages import LANGUAGES, RAW, text_of

from tenfold.terms.days import days_later
from tenfold.web.rights.acts import Act, able
from tenfold.web.rights.roles import Role
from tenfold.web.rights.viewers import Viewer, offices
from tenfold.web.services import seats
from tenfold.web.services.acting import Actor
from tenfold.web.services.invitations import Wanted, begin, invited
from tenfold.web.site import users
from tenfold.web.store.accounts import Account, Invitation, Seat
from tenfold.web.store.communities import Community, JournalEntry
from tenfold.web.store.current import current

Seated = Callable[[str], Viewer]
LINK = "https://tenfold.example.org/invitation/"
TODAY = date(2026, 9, 20)  # by the community's clock
# What is told apart here lies above the store, which is held to the same answers on each engine.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def invite(viewer: Viewer, **given: object) -> None:
    seats.invite(Actor(viewer), **{"email": "lin@example.com", "language": "en", "link": LINK, "party": "lin"} | given)


def until(community: Community, party: str, role: str) -> date | None:
    """Return the last day of somebody's office, as it is on record."""
    rows = [row for row in current(community, "role_terms", party=[party]) if row["role"] == role]
    return rows[0]["until"] if rows else None


def test_an_office_is_given_for_the_term_of_the_charter_or_until_a_day(community: Community, viewer_of: Seated) -> None:
    seats.appoint(Actor(viewer_of("fin")), party="zhou", role="council")
    assert until(community, "zhou", "council") == date(2027, 9, 20)
    seats.appoint(Actor(viewer_of("fin")), party="zhou", role="panel", until=TODAY)
    assert until(community, "zhou", "panel") == TODAY
    with refused("access.past"):
        seats.appoint(Actor(viewer_of("fin")), party="zhou", role="panel", until=days_later(TODAY, -1))
    for day in (None, TODAY):
        with refused("acts.unknown"):
            seats.appoint(Actor(viewer_of("fin")), party="zhou", role="king", until=day)
    with refused("acts.unknown"):
        seats.appoint(Actor(viewer_of("fin")), party="nobody", role="panel")


@pytest.mark.parametrize(
    ("day", "given"), [(date(2027, 9, 19), True), (date(2027, 9, 20), True), (date(2027, 9, 21), False)]
)
def test_no_office_is_given_for_longer_than_the_charter_gives_it(viewer_of: Seated, day: date, given: bool) -> None:
    with nullcontext() if given else refused("access.beyond_term"):
        seats.appoint(Actor(viewer_of("fin")), party="zhou", role="council", until=day)


def test_nobody_is_operator_and_compliance_at_once(viewer_of: Seated) -> None:
    for party, role in (("op", "compliance"), ("comp", "operator")):
        with refused("access.both"):
            seats.appoint(Actor(viewer_of("fin")), party=party, role=role)
    seats.appoint(Actor(viewer_of("fin")), party="op", role="council")


def test_one_gives_oneself_an_office_only_while_nobody_else_can(community: Community, viewer_of: Seated) -> None:
    alone = viewer_of("fou")
    seats.appoint(Actor(alone), party="fou", role="finance")
    assert until(community, "fou", "finance") is not None
    viewer_of("gu")  # somebody of the council can get in now
    with refused("access.self"):
        seats.appoint(Actor(viewer_of("fou")), party="fou", role="council")
    seats.appoint(Actor(viewer_of("gu")), party="fou", role="council")


@pytest.mark.parametrize("who", ["op", "comp", "aud", "lin", "sup"])
def test_offices_are_given_by_those_who_may(viewer_of: Seated, who: str) -> None:
    with refused("acts.not_allowed"):
        seats.appoint(Actor(viewer_of(who)), party="zhou", role="panel")
    with refused("acts.not_allowed"):
        seats.shut_out(Actor(viewer_of(who)), party="zhou")


def test_whoever_invites_gives_no_office_that_is_not_theirs_to_give(community: Community, viewer_of: Seated) -> None:
    with refused("acts.not_allowed"):
        invite(viewer_of("op"), role="council")
    assert not Invitation.objects.exists()
    invite(viewer_of("op"))
    assert Invitation.objects.get().party == "lin"
    invite(viewer_of("fin"), role="council")
    assert until(community, "lin", "council") == date(2027, 9, 20)


def test_somebody_new_is_recorded_with_the_invitation(community: Community, viewer_of: Seated) -> None:
    invite(viewer_of("op"), party=None, name="钱多")
    party = Invitation.objects.get().party
    assert [row["name"] for row in current(community, "parties", party=[party])] == ["钱多"]
    with refused("acts.field"):
        invite(viewer_of("op"), party=None, name=None)


def test_whom_an_invitation_would_not_help_is_not_invited(viewer_of: Seated) -> None:
    viewer_of("zhou")
    with refused("access.has_seat"):
        invite(viewer_of("op"), party="zhou")
    with refused("access.address_taken"):
        invite(viewer_of("op"), email="Zhou@example.org")
    with refused("access.address"):
        invite(viewer_of("op"), email="nothing")


def test_an_office_ends_with_its_day_and_a_seat_at_once(community: Community, viewer_of: Seated) -> None:
    viewer_of("op")
    seats.relieve(Actor(viewer_of("fin")), party="op", role="operator")
    assert until(community, "op", "operator") == TODAY
    assert offices(community, "op") == {"operator"}  # today still
    with refused("acts.unknown"):
        seats.relieve(Actor(viewer_of("fin")), party="op", role="panel")
    seats.shut_out(Actor(viewer_of("fin")), party="op")
    assert not Seat.objects.filter(party="op").exists()
    last = JournalEntry.rows.of(community).filter(kind="access").latest("sequence")
    assert '{"act":"removed","party":"op"}' in last.body
    with refused("acts.unknown"):
        seats.shut_out(Actor(viewer_of("fin")), party="op")


def test_an_invitation_of_somebody_who_is_shut_out_is_over(viewer_of: Seated) -> None:
    invite(viewer_of("op"))
    seats.shut_out(Actor(viewer_of("fin")), party="lin")
    assert Invitation.objects.get().withdrawn_at is not None


def test_the_last_one_who_gives_offices_stays(viewer_of: Seated) -> None:
    fin = viewer_of("fin")
    with refused("access.last"):
        seats.relieve(Actor(fin), party="fin", role="finance")
    with refused("access.last"):
        seats.shut_out(Actor(fin), party="fin")
    gu = viewer_of("gu")
    seats.relieve(Actor(gu), party="gu", role="council")  # with the end of the day, and then there is one left
    for act in (partial(seats.relieve, role="finance"), seats.shut_out):
        with refused("access.last"):
            act(Actor(fin), party="fin")
    seats.appoint(Actor(fin), party="zhou", role="council")
    viewer_of("zhou")
    seats.relieve(Actor(fin), party="fin", role="finance")


def test_who_runs_the_place_gives_no_office_as_a_founder_either(community: Community, viewer_of: Seated) -> None:
    fin, fou = viewer_of("fin"), viewer_of("fou")
    seats.appoint(Actor(fin), party="fou", role="operator")
    with refused("acts.not_allowed"):
        seats.appoint(Actor(fou), party="lin", role="panel")
    assert able(community, Act.APPOINT) == ["fin"]
    for act in (partial(seats.relieve, role="finance"), seats.shut_out):
        with refused("access.last"):
            act(Actor(fin), party="fin")
    seats.relieve(Actor(fin), party="fou", role="operator")  # from tomorrow on a founder again, who gives offices
    seats.relieve(Actor(fin), party="fin", role="finance")


def test_two_who_take_each_others_seat_at_once_leave_one(community: Community, viewer_of: Seated) -> None:
    fin, gu = viewer_of("fin"), viewer_of("gu")
    came = at_once([lambda: seats.shut_out(Actor(fin), party="gu"), lambda: seats.shut_out(Actor(gu), party="fin")])
    assert came.count("done") == 1
    assert Seat.objects.count() == 1


def invitable(client: Client, who: str) -> set[str]:
    """Return whom the page offers to invite, of those who are called as is asked."""
    page = client.get("/c/small/access", {"who": who}).content.decode()
    choice = re.search(r'<select class="form-select" name="party">(.*?)</select>', page, re.DOTALL)
    return set() if choice is None else set(re.findall(r'<option value="([a-z]+)"', choice[1]))


@pytest.mark.parametrize(
    ("language", "nobody"), [("en", "matches “nobody at all”"), ("zh-hans", "没有找到与“nobody at all”相符")]
)
def test_whom_one_invites_is_found_by_however_the_name_is_typed(
    community: Community, viewer_of: Seated, client_of: Callable[[str], Client], language: str, nobody: str
) -> None:
    client = client_of("fin")
    client.cookies["django_language"] = language
    assert invitable(client, "") == set(), "nobody is listed before somebody is looked for"
    assert invitable(client, "名字sup") == invitable(client, "Ming zi sup") == {"sup"}
    assert invitable(client, "lin") == set(), "an organisation does not sign in"
    viewer_of("sup")
    assert invitable(client, "名字sup") == set(), "who signs in already is not invited"
    page = client.get("/c/small/access", {"who": "nobody at all"})
    assert nobody in text_of(page)
    assert RAW.findall(text_of(page)) == []


def test_who_runs_something_is_let_in_by_those_who_give_offices(
    community: Community, viewer_of: Seated, client_of: Callable[[str], Client]
) -> None:
    for who in ("op", "comp"):
        for party in ("fin", "gu", "fou", "aud"):  # to an address of their own choice
            with refused("acts.not_allowed"):
                invite(viewer_of(who), party=party)
    assert invitable(client_of("op"), "名字") == {"sup"}
    assert invitable(client_of("fin"), "名字") == {"fou", "gu", "aud", "sup"}
    invite(viewer_of("fin"), party="gu")
    with refused("acts.not_allowed"):  # an invitation that waits is not led elsewhere either
        invite(viewer_of("op"), party="gu", email="other@example.org")
    assert Invitation.objects.get(party="gu").withdrawn_at is None


def test_an_invitation_is_in_a_language_that_is_there(viewer_of: Seated) -> None:
    with refused("acts.unknown"):
        invite(viewer_of("op"), language="tlh")


def test_nobody_logs_in_as_somebody_who_does(community: Community, viewer_of: Seated) -> None:
    viewer_of("zhou")
    _, token = invited(Wanted("second@example.org", "en", community, "zhou"))
    with refused("entrance.party_taken"):
        begin(token, PASSWORD)
    assert not Account.objects.filter(email="second@example.org").exists()
    users.close("zhou@example.org")
    begin(token, PASSWORD)
    assert Seat.objects.get(party="zhou").account.email == "second@example.org"


def test_every_way_in_of_somebody_who_is_shut_out_is_closed(community: Community, viewer_of: Seated) -> None:
    viewer_of("op")
    second = Account.objects.create_user("second@example.org")
    Seat.objects.create(account=second, community=community, party="op")
    seats.shut_out(Actor(viewer_of("fin")), party="op")
    assert not Seat.objects.filter(party="op").exists()
    assert not Account.objects.filter(email__in=["op@example.org", "second@example.org"], is_active=True).exists()


def test_what_the_machine_closed_only_the_machine_opens(community: Community, viewer_of: Seated) -> None:
    account = viewer_of("zhou").account
    Seat.objects.create(account=account, community=Community.objects.create(name="other"), party="p1")
    users.close(account.email)
    seats.shut_out(Actor(viewer_of("fin")), party="zhou")
    assert not Account.objects.get(pk=account.pk).is_active, "a seat elsewhere opens no account that was closed"
    _, token = invited(Wanted(account.email, "en", community, "lin", "fin"))
    with refused("entrance.closed"):
        begin(token, PASSWORD)
    _, token = invited(Wanted(account.email, "en"))
    begin(token, PASSWORD)
    assert Account.objects.get(pk=account.pk).is_active


def test_whoever_has_seats_elsewhere_keeps_the_account(community: Community, viewer_of: Seated) -> None:
    account = viewer_of("op").account
    other = Community.objects.create(name="other")
    Seat.objects.create(account=account, community=other, party="p1")
    seats.shut_out(Actor(viewer_of("fin")), party="op")
    assert Account.objects.get(pk=account.pk).is_active


def test_a_refusal_names_who_can(community: Community, viewer_of: Seated, client_of: Callable[[str], Client]) -> None:
    viewer_of("gu")
    client = client_of("fin")
    client.cookies["django_language"] = "en"
    answer = client.post("/c/small/access/do", {"do": "appoint", "party": "fin", "role": "council"})
    assert answer.status_code == 422
    assert "You cannot give yourself an office while somebody else can. Ask 名字gu." in text_of(answer)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_the_readers_language_and_leaves_nothing_raw(
    community: Community, viewer_of: Seated, client_of: Callable[[str], Client], language: str
) -> None:
    invite(viewer_of("op"))
    for who in ("fin", "op", "gu"):
        client = client_of(who)
        client.cookies["django_language"] = language
        answer = client.get("/c/small/access")
        assert answer.status_code == 200
        assert RAW.findall(text_of(answer)) == []
        assert ("shut_out" in answer.content.decode()) is (who != "op")
    assert client_of("lin").get("/c/small/access").status_code == 403


def test_a_part_of_a_page_asks_again_from_its_page(
    community: Community, viewer_of: Seated, client_of: Callable[[str], Client]
) -> None:
    client, account = client_of("fin"), viewer_of("fin").account
    account.set_password("a heron stands in the reeds")
    account.save()
    client.force_login(account)
    showed(client, account, ago=3600)
    sent = {"HTTP_HX_REQUEST": "true", "HTTP_REFERER": "http://testserver/c/small/access"}
    answer = client.post("/c/small/access/do", {"do": "appoint"}, **sent)
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == "/account/again?next=http%3A%2F%2Ftestserver%2Fc%2Fsmall%2Faccess"
    foreign = client.post("/c/small/access/do", {"do": "appoint"}, **sent | {"HTTP_REFERER": "https://evil.example/"})
    assert foreign["HX-Redirect"] == "/account/again?next=%2Fc%2Fsmall%2Faccess", (
        "the form's own page, never another site"
    )


def test_somebody_without_a_password_shows_again_who_they_are_where_they_log_in(
    community: Community, viewer_of: Seated, client_of: Callable[[str], Client]
) -> None:
    client = client_of("fin")
    showed(client, viewer_of("fin").account, ago=3600)
    answer = client.post("/c/small/access/do", {"do": "appoint"})
    assert answer["Location"].startswith("/login/again")
    assert client.get(answer["Location"]).status_code == 200


def test_the_demo_asks_nobody_again(
    community: Community, client_of: Callable[[str], Client], viewer_of: Seated, settings_of: Callable[..., None]
) -> None:
    settings_of(DEMO=True)
    client = client_of("fin")
    showed(client, viewer_of("fin").account, ago=3600)
    answer = client.post("/c/small/access/do", {"do": "appoint", "party": "zhou", "role": "panel"})
    assert answer["Location"] == "/c/small/access"


@pytest.mark.parametrize(
    ("language", "said"), [("zh-hans", "您无权查看这一页"), ("en", "You do not have access to this page.")]
)
def test_a_page_that_is_for_nobody_without_a_password_says_so_in_our_words(
    community: Community, client_of: Callable[[str], Client], language: str, said: str
) -> None:
    client = client_of("fin")
    client.cookies["django_language"] = language
    answer = client.get("/account/again")
    assert answer.status_code == 403
    assert f'lang="{language}"' in answer.content.decode()
    assert said in text_of(answer)


def test_who_is_alone_gives_offices_whatever_they_hold_and_not_once_another_leads(community, viewer_of: Seated) -> None:
    seats.appoint(Actor(viewer_of("fou")), party="fou", role="operator")
    assert able(community, Act.APPOINT) == ["fou"]
    viewer_of("lin")
    assert able(community, Act.APPOINT) == ["fou"], "a member gives no offices"
    seats.appoint(Actor(viewer_of("fou")), party="lin", role="council")
    assert able(community, Act.APPOINT) == ["lin"]
    assert Role.FOUNDER not in viewer_of("fou").roles
