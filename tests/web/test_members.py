"""The list of members, page by page, and the numbers that it is ordered by, on each engine."""

import json
import re
from collections.abc import Callable
from html import unescape
from importlib import import_module

import pytest
from django.db import connection
from django.test import Client
from tests.web.acting import measured

from tenfold.web.rights import members as rights
from tenfold.web.rights.members import Wanted, members
from tenfold.web.rights.viewers import Viewer
from tenfold.web.store.communities import Community
from tenfold.web.store.results import MeasureResult

Clients = Callable[[str], Client]
Seated = Callable[[str], Viewer]
PEOPLE = "/c/small/people"
OVERDUE = (("zhou", "3"), ("lin", "2"), ("zhao", "2"), ("wang", "0.5"), ("us", "9"))
LISTS = (Wanted(), Wanted(of="investor"), Wanted(who="zh"), Wanted(late=True))


def test_the_pages_of_a_list_hold_everybody_once_in_its_order(
    community: Community, viewer_of: Seated, monkeypatch: pytest.MonkeyPatch
) -> None:
    for party, overdue in OVERDUE:
        measured(community, "rel.overdue", party, overdue, "ratio")
    for viewer in map(viewer_of, ("op", "sup", "zhou")):
        for wanted in LISTS:
            monkeypatch.setattr(rights, "MOST", 200)
            whole = members(viewer, wanted)
            monkeypatch.setattr(rights, "MOST", 2)
            pages = [members(viewer, wanted)]
            while pages[-1].next is not None:
                pages.append(members(viewer, wanted, pages[-1].next))
            shown = [one.party for page in pages for one in page.shown]
            assert sorted(shown) == sorted(one.party for one in whole.shown)
            assert {page.count for page in pages} == {whole.count} == {len(shown)}
            assert all(len(page.shown) == 2 for page in pages[:-1])
    ordered = [one.party for one in members(viewer_of("op")).shown]
    assert ordered == ["zhou", "lin"]


def test_what_stands_gets_its_number_with_the_upgrade(community: Community) -> None:
    said = {"lin": "2.25", "zhou": "-3", "wang": "pass", "zhao": None, "us": "1.5.0"}
    for party, value in said.items():
        measured(community, "rel.overdue", party, "0", "ratio")
        content = json.dumps({"value": value})
        MeasureResult.rows.of(community).filter(subject=party).update(content=content, number=None)
    upgrade = import_module("tenfold.web.store.migrations.0015_measure_number").fill
    with connection.schema_editor() as editor:
        upgrade(None, editor)
    numbers = dict(MeasureResult.rows.of(community).values_list("subject", "number"))
    assert numbers == {"lin": 2.25, "zhou": -3.0, "wang": None, "zhao": None, "us": None}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_page_leads_to_the_next_and_the_last_back_to_the_first(
    community: Community, client_of: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rights, "MOST", 1)
    op, page, seen = client_of("op"), f"{PEOPLE}?of=investor", []
    while page:
        shown = op.get(page).content.decode()
        seen += re.findall(r'name="party" value="([^"]+)"', shown)
        found = re.search(r'rel="next" href="([^"]+)"', shown)
        page = unescape(found[1]) if found else ""
    assert seen == ["chen", "zhou"]
    assert f'href="{PEOPLE}?of=investor">' in shown
    assert op.get(f"{PEOPLE}?over=x&after=lin").status_code == 404
