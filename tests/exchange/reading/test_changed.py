"""The preview of an import says of what changes only what changes, in the reader's words."""

import re
from pathlib import Path

import pytest
from tests.exchange.reading.sheets import text_file
from tests.exchange.reading.test_reading import Run, empty, folder, run

__all__ = ["empty", "folder", "run"]  # fixtures

DAY = re.compile(r"\d{4}-\d\d-\d\d$")  # on which the list was read
DEALS = ["投资方", "阶段", "意向金额", "介绍人"]


@pytest.mark.parametrize(
    ("head", "before", "after", "said"),
    [
        (
            DEALS,
            ["川坪", "签约", "约1400万", "张三"],
            ["川坪", "签约", "1400万", "李四"],
            {
                "zh-Hans": "川坪：引荐人、金额确定性有变，{today}",
                "en": "川坪: changed: introduced by, certainty of the amount, {today}",
            },
        ),
        (
            DEALS,
            ["川坪", "签约", "约1400万", "张三"],
            ["川坪", "尽调", "约1200万", "张三"],
            {
                "zh-Hans": "川坪：14,000,000.00 CNY → 12,000,000.00 CNY、已签约 → 尽职调查，{today}",
                "en": "川坪: 14,000,000.00 CNY → 12,000,000.00 CNY, signed → due diligence, {today}",
            },
        ),
    ],
)
def test_only_what_changes_is_said(folder: Path, tmp_path: Path, run: Run, head, before, after, said) -> None:
    run("import", text_file(tmp_path, "before.csv", [head, before]), folder, "--yes")
    for language, words in said.items():
        told = run("import", text_file(tmp_path, "after.csv", [head, after]), folder, language=language)
        samples = [DAY.sub("{today}", one) for one in told["readings"][0]["preview"]["samples"]]
        assert samples == [words]
