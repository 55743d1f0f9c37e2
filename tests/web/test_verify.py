"""An exported community is checked with its folder alone: journal, facts against it, decisions against them."""

from pathlib import Path

import pytest

from tenfold.cli.app import main
from tenfold.engine.verify import verify
from tenfold.terms.errors import Refused
from tenfold.web.store.communities import Chain, Community
from tenfold.web.store.folders import write_folder


@pytest.fixture
def exported(community: Community, tmp_path: Path) -> Path:
    write_folder(community, tmp_path / "export")
    return tmp_path / "export"


def bad(folder: Path, head: str | None = None) -> str:
    with pytest.raises(Refused) as refused:
        verify(folder, head)
    return refused.value.complaints[0].id


def test_an_export_is_whole(community: Community, exported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chain = Chain.objects.get(pk=community.pk)
    found = verify(exported, chain.hash)
    assert (found.entries, found.head) == (chain.sequence, chain.hash)
    assert found.facts == chain.sequence - 1  # one entry is the charter's
    assert main("en", ["verify", str(exported), "--head", chain.hash]) == 0
    assert chain.hash in capsys.readouterr().out.replace("\n", "")
    assert main("zh-Hans", ["verify", str(exported), "--head", "0" * 64]) == 1


def test_a_fact_that_is_not_the_journals_is_named(exported: Path) -> None:
    path = exported / "facts" / "opportunities.csv"
    text = path.read_text("utf-8")
    path.write_text(text.replace("committed", "signed"), "utf-8")
    assert bad(exported) == "journal.fact"
    path.unlink()
    assert bad(exported) == "journal.lost"


def test_an_entry_that_was_changed_is_named(exported: Path) -> None:
    path = exported / "journal.jsonl"
    path.write_bytes(path.read_bytes().replace(b"765432109", b"965432109"))
    assert bad(exported) == "journal.changed"
    path.unlink()
    assert bad(exported) == "journal.none"
