"""Characters that nobody sees: refused in keys, warned of where keys look alike, and shown as a mark everywhere."""

import json
from pathlib import Path

import pytest
from tests import small

from tenfold.cli.app import main
from tenfold.engine.community import Community, read_moment
from tenfold.engine.cycle import run
from tenfold.report.page import write_report
from tenfold.terms.errors import Refused
from tenfold.terms.visible import PLACEHOLDER, escaped, visible

AS_OF = "2026-11-02T08:30:00+08:00"
NASTY = "Lin\u202e\u2066\u200b\x1b[31m\x85\ufeff Xi"
IN_KEYS = ("a\nb", "a\u202eb", "a\u200bb", "a\u200db", "a\ufeffb", "a\xa0b", "a\u3000b", "a\ufe0fb", "a\tb", "a\xadb")


def named(folder: Path, key: str, name: str = "x") -> Path:
    given = small.rows()
    party = {"fact": "odd", "party": key, "type": "organisation", "name": name, "occurred_at": "2026-01-01"}
    given["parties"].append(party)
    joined = {"fact": "odd-m", "party": key, "class": "partner", "state": "active", "occurred_at": "2026-01-10"}
    given["memberships"].append(joined)
    return small.write(folder, given=given)


@pytest.mark.parametrize("key", IN_KEYS, ids=ascii)
def test_a_key_with_what_nobody_sees_is_refused_and_shown(tmp_path: Path, key: str) -> None:
    folder = small.write(tmp_path / "small")
    with (folder / "facts/parties.csv").open("a", encoding="utf-8", newline="") as file:
        cells = dict.fromkeys((folder / "facts/parties.csv").read_text("utf-8").splitlines()[0].split(","), "")
        cells |= {"fact": "odd", "party": f'"{key}"', "type": "person", "name": "x", "occurred_at": "2026-01-01"}
        cells |= {name: "2026-01-01" for name in cells if name == "recorded_at"}
        file.write(",".join(cells.values()) + "\n")
    with pytest.raises(Refused) as refused:
        Community.load(folder)
    (one,) = refused.value.complaints
    assert (one.id, one.place.column) == ("facts.cell.hidden", "party")
    assert f"<U+{ord(key[1]):04X}>" in str(one.params["seen"])


@pytest.mark.parametrize(
    ("key", "alike"), [("lіn", True), ("1in", True), ("ｌin", True), ("lim", False), ("Lin", False)]
)
def test_a_key_that_looks_like_another_is_warned_of(
    tmp_path: Path, key: str, alike: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main("en", ["check", str(named(tmp_path / "small", key)), "--json"]) == 0
    told = [one for one in json.loads(capsys.readouterr().out)["complaints"] if one["id"] == "facts.key.alike"]
    assert bool(told) == alike
    assert all(one["warning"] and "lin" in one["text"] for one in told)


def test_a_name_neither_turns_nor_moves_a_report_or_a_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = named(tmp_path / "small", "odd", NASTY)
    community = Community.load(folder)
    cycle = run(community, community.moment(read_moment(AS_OF, "Asia/Shanghai")))
    page = write_report(cycle, tmp_path / "out").read_text(encoding="utf-8")
    assert main("en", ["measure", str(folder), "rel.overdue", "--as-of", AS_OF]) == 0
    for shown in (page, capsys.readouterr().out.replace("\n", "")):
        assert not set("\u202e\u2066\u200b\x1b\x85\ufeff") & set(shown)
        assert PLACEHOLDER in shown


def test_what_programs_read_keeps_such_characters_as_escapes() -> None:
    text = json.dumps({"name": NASTY}, ensure_ascii=False)
    assert json.loads(escaped(text)) == {"name": NASTY}
    assert visible(escaped(text)) == escaped(text)


@pytest.mark.parametrize("text", ["李明", "José", "می\u200cخواهم", "👩\u200d💻", "a\tb\nc", "“x”—…·"])
def test_what_people_write_is_shown_as_it_is(text: str) -> None:
    assert visible(text) == text
