"""A mailbox as talks: the heads of its messages, with who consented."""

import datetime
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from tenfold.exchange.reading.community import Around
from tenfold.exchange.reading.confirm import read_files
from tenfold.exchange.reading.file import open_file
from tenfold.exchange.reading.keep import Shelf
from tenfold.exchange.reading.reading import Reading
from tenfold.facts.declaration import TABLES
from tenfold.facts.store import FactStore
from tenfold.terms.errors import Refused

SECRET = "the valuation is our secret"
BEGAN = datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)
OWN, ANN, BOB, EVE = "me@ours.example", "Ann@pine.example", "bob@birch.example", "eve@elm.example"


def message(sender: str, to: str, date: str = "Tue, 03 Nov 2026 10:00:00 +0800", **heads: str) -> str:
    more = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in heads.items())
    head = f"From: {sender}\nTo: {to}\nDate: {date}\nSubject: {SECRET}\n{more}"
    return f"From {sender} Tue Nov  3 02:00:00 2026\n{head}\n{SECRET}\n>From here on\n\n"


def told(around: Around, **consents: bool) -> Around:
    """Return the community with Ann, Bob and Eve, and what some of them said of the relationship."""
    people = [("ann", "Ann Lee", ANN), ("bob", "Bob Ray", BOB), ("eve", "Eve Moss", EVE)]
    parties = [row("parties", party, party=party, type="person", name=name, email=mail) for party, name, mail in people]
    purpose = str(around.charter.insight.purposes[0])
    said = [
        row("consents", f"c-{party}", party=party, purpose=purpose, granted=granted, text_version="v1")
        for party, granted in consents.items()
    ]
    tables = dict(around.store.tables)
    for name, rows in (("parties", parties), ("consents", said)):
        tables[name] = pl.concat([tables[name], pl.DataFrame(rows, TABLES[name].schema)])
    return replace(around, store=FactStore(tables))


def row(table: str, fact: str, **cells: object) -> dict[str, object]:
    begun = {"fact": fact, "occurred_at": BEGAN, "recorded_at": BEGAN, "recorded_by": "ann"}
    return {**dict.fromkeys(TABLES[table].schema), **begun, **cells}


def read(tmp_path: Path, around: Around, *messages: str, **answers: str) -> Reading:
    path = tmp_path / "in.mbox"
    path.write_bytes("".join(messages).encode())
    return read_files([path], around, Shelf(()), answers)[0]


def talks(reading: Reading) -> list[tuple[str, str, str]]:
    rows = reading.found.added["interactions"].select("member", "direction", "occurred_at")
    return [(member, direction, at.isoformat()) for member, direction, at in rows.iter_rows()]


def test_messages_are_talks_with_those_who_consented(around: Around, tmp_path: Path) -> None:
    messages = [
        message(OWN, f"Ann Lee <{ANN}>, {BOB}"),
        message(f"Bob Ray <{BOB}>", OWN, "Wed, 04 Nov 2026 23:30:00 -0100"),
        message(EVE, OWN),
    ]
    reading = read(tmp_path, told(around, ann=True, bob=True), *messages)
    assert reading.kind == "interactions"
    assert talks(reading) == [
        ("ann", "out", "2026-11-03T02:00:00+00:00"),
        ("bob", "out", "2026-11-03T02:00:00+00:00"),
        ("bob", "in", "2026-11-05T00:30:00+00:00"),
    ]
    assert {*reading.found.added["interactions"]["channel"]} == {"message"}, "as the charter calls mail"
    assert [(one.why, one.text) for one in reading.left_out] == [("no_consent", "1")]
    assert "parties" not in reading.found.added, "whoever did not consent is not even known by their address"


def test_nothing_that_is_said_is_read(around: Around, tmp_path: Path) -> None:
    reading = read(tmp_path, told(around, ann=True), message(OWN, ANN), mailbox=OWN)
    kept = [reading.content, *(rows.to_dicts() for rows in reading.found.added.values())]
    assert SECRET not in repr([*kept, reading.table.grid.cells.to_dicts(), open_file(tmp_path / "in.mbox")])


@pytest.mark.parametrize("said", [{"ann": False}, {}])
def test_without_a_yes_nothing_is_read(said: dict[str, bool], around: Around, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read(tmp_path, told(around, **said), message(OWN, ANN))
    assert refused.value.complaints[0].id == "reading.format.no_consent"


def test_whose_mailbox_it_is_is_asked_and_holds_for_this_file_alone(around: Around, tmp_path: Path) -> None:
    known = told(around, ann=True, bob=True)
    two = [message(ANN, BOB), message(BOB, ANN)]
    reading = read(tmp_path, known, *two)
    assert [one.id for one in reading.missing] == ["mailbox"], "two addresses take part in all messages"
    answered = read(tmp_path, known, *two, mailbox=BOB)
    assert not answered.missing
    assert [(member, direction) for member, direction, _ in talks(answered)] == [("ann", "in"), ("ann", "out")]
    assert "mailbox" not in answered.content["reading"]["answers"]


@pytest.mark.parametrize(
    "heads", [{"List_Id": "<news.example>"}, {"Precedence": "bulk"}, {"Auto_Submitted": "auto-replied"}]
)
def test_mail_of_lists_and_machines_is_no_talk(heads: dict[str, str], around: Around, tmp_path: Path) -> None:
    known = told(around, ann=True)
    assert len(talks(read(tmp_path, known, message(OWN, ANN), message(ANN, OWN, **heads), mailbox=OWN))) == 1


def test_a_message_that_stands_twice_is_one(around: Around, tmp_path: Path) -> None:
    twice = [message(OWN, ANN, Message_ID="<1@x>"), message(OWN, ANN, Message_ID="<1@x>")]
    assert len(talks(read(tmp_path, told(around, ann=True), *twice, mailbox=OWN))) == 1


def test_a_day_that_is_none_parks_its_message_alone(around: Around, tmp_path: Path) -> None:
    messages = [message(OWN, ANN), message(OWN, ANN, "Foo, 99 Xxx 99999 99:99:99 +9999")]
    reading = read(tmp_path, told(around, ann=True), *messages, mailbox=OWN)
    assert len(talks(reading)) == 1
    assert reading.found.unread == 1


@pytest.mark.parametrize(("others", "proposed"), [(8, None), (9, OWN), (10, OWN)])
def test_the_owner_is_proposed_from_nine_messages_of_ten(
    others: int, proposed: str | None, around: Around, tmp_path: Path
) -> None:
    own = [message(OWN, ANN if number % 2 else BOB) for number in range(others)]
    foreign = [message(EVE, ANN) for _ in range(10 - others)]
    reading = read(tmp_path, told(around, ann=True, bob=True), *own, *foreign)
    assert {one.id: one.proposed for one in reading.questions}["mailbox"] == proposed


def test_a_mailbox_of_machines_alone_is_refused(around: Around, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read(tmp_path, around, message(OWN, ANN, Precedence="bulk"))
    assert refused.value.complaints[0].id == "reading.format.nothing.mbox"


def test_mailboxes_made_to_hurt_are_read_or_refused(shared: Path) -> None:
    for path in sorted((shared / "corpus/mbox").iterdir()):
        try:
            grids = open_file(path).grids
        except Refused as refused:
            assert refused.complaints
        else:
            assert grids[0].origin["format"] == "mbox", path.name
