"""The five benefits: numbers now and on the first day of the stage, each with what it does not prove."""

from pathlib import Path

import pytest
from tests import small

from tenfold.engine.benefits import FIVE, benefits, stage_start
from tenfold.engine.community import Community, read_moment
from tenfold.engine.cycle import Cycle, run
from tenfold.engine.registry import registry
from tenfold.report.words import LANGUAGES, catalogue


@pytest.fixture(scope="module")
def little(tmp_path_factory: pytest.TempPathFactory) -> Cycle:
    folder: Path = small.write(tmp_path_factory.mktemp("small"))
    community = Community.load(folder)
    return run(community, community.moment(read_moment("2026-11-02T08:30:00+08:00", "Asia/Shanghai")))


def test_each_benefit_is_shown_by_measures_of_the_registry() -> None:
    named = {id for one in FIVE for id in one.measures}
    assert named <= {spec.id for spec in registry().measures}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_benefit_says_what_it_does_not_prove(language: str) -> None:
    texts = catalogue(language)
    assert all(reason.id in texts for one in FIVE for reason in (one.name, one.caveat))


def test_numbers_of_today_stand_beside_those_of_the_first_day_of_the_stage(little: Cycle) -> None:
    shown = benefits(little)
    start = stage_start(little)
    assert [one.benefit for one in shown] == list(FIVE)
    for one in shown:
        assert {row["id"] for row in one.now} <= set(one.benefit.measures)
        assert all(row["end"] == "2026-11-02T00:30:00Z" for row in one.now)
        assert bool(one.before) == (start is not None)


def test_a_number_that_is_not_known_yet_says_so(little: Cycle) -> None:
    rows = [row for one in benefits(little) for row in one.now]
    assert all((row["value"] is None) == (row["status"] == "insufficient") for row in rows)
