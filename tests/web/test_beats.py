"""The ten beats of the demo's story, each on the page that it opens, as the person who sees it there."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from tests.demo.conftest import SEED
from tests.web.databases import TABLES, Kept
from tests.web.test_pages import RAW, text_of

from tenfold.demo import PEOPLE, write_demo
from tenfold.web.jobs.recompute import recompute
from tenfold.web.pages.demo import BEATS
from tenfold.web.store.accounts import Account, Seat
from tenfold.web.store.append import Author
from tenfold.web.store.folders import take_in

# What stands on the page of each beat: its named numbers (DOMAIN §13), or whom it is about.
SAID = {
    "1": ("39.3 %",),
    "2": ("1.53",),
    "3": ("85.7 %",),
    "4": ("Songyan Capital",),
    "5": ("Huixian Photonics",),
    "6": ("1,200,000.00", "300,000.00", "260,852.15"),
    "7": ("39.3 %",),
    "8": ("Expert 07",),
    "9": ("500", "800", "30 %", "25 %"),
    "10": ("24.0 %",),
}
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def fill(folder: Path) -> None:
    """Write the demo into the database, with its people and its numbers."""
    write_demo(folder, 58, SEED)
    community = take_in(folder, "a-project", Author("import:a-project"))
    for party in PEOPLE:
        account = Account.objects.create_user(f"{party}@example.org")
        Seat.objects.create(account=account, community=community, party=party)
    assert recompute(community).error is None


def test_the_ten_beats_are_seen_by_the_people_in_them(
    kept: Kept, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.open("demo", TABLES, lambda: fill(tmp_path / "demo"))
    monkeypatch.setattr(settings, "DEMO", True)
    client = Client()
    client.cookies["django_language"] = "en"
    assert client.get("/").headers["Location"] == "/c/a-project/today"
    assert set(SAID) == set(BEATS)
    for number, said in SAID.items():
        answer = client.get(client.post("/demo/beat", {"beat": number}).headers["Location"])
        assert answer.status_code == 200, number
        text = " ".join(text_of(answer).split())  # blanks that do not break are blanks
        assert [one for one in said if one not in text] == [], number
        assert RAW.findall(text) == [], number
