"""What earns nothing says why, and each line names the version and rule that judge it: report and terminal alike."""

import re
from html import unescape

import pytest
from tests import small

from tenfold.engine.community import Community, read_moment
from tenfold.engine.cycle import Cycle, run
from tenfold.engine.explain import explain
from tenfold.report.evidence import Evidence
from tenfold.report.page import write_report
from tenfold.report.terminal import Spoken, facts, tree

AS_OF = read_moment("2027-01-05T08:30:00+08:00", "Asia/Shanghai")
APPEALS = b"incentives:\n  appeals: {window: 15d, panel_size: 3, decide_within: 20d, stays_sanction_from_level: 3}\n"
WORK, RULE = "work-more", "/distribution/contribution_types/work_unpaid"


@pytest.fixture(scope="module")
def cycle(tmp_path_factory: pytest.TempPathFactory) -> Cycle:
    """A community in which one more contribution of lin's waits for others, and lin's payout was approved."""
    rows = small.rows()
    more = {"fact": WORK, "party": "lin", "type": "work_unpaid", "quantity": "1", "fair_value": "5.00"}
    rows["contributions"].append(more | {"currency": "CNY", "occurred_at": "2026-04-01"})
    paid = {"fact": "paid", "pool": "h1", "party": "lin", "amount": "70.00", "currency": "CNY", "state": "approved"}
    rows["payouts"] = [paid | {"occurred_at": "2026-07-21"}]
    charter = small.CHARTER.read_bytes().replace(b"incentives:\n", APPEALS)
    folder = small.write(tmp_path_factory.mktemp("earned") / "small", given=rows, charter=charter)
    community = Community.load(folder)
    return run(community, community.moment(AS_OF))


@pytest.fixture(scope="module")
def page(cycle: Cycle, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The text of the report, in both languages."""
    text = write_report(cycle, tmp_path_factory.mktemp("out")).read_text(encoding="utf-8")
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


def told(cycle: Cycle, id: str, language: str) -> str:
    """What the terminal says of a decision or number, with its facts."""
    speech, found = Spoken(cycle.board, language), explain(cycle, id)
    rows = facts(speech, Evidence(cycle), found["facts"])
    return "\n".join([*tree(speech, found, ids=True), *("  ".join(row) for row in rows)])


@pytest.mark.parametrize(
    ("language", "why", "cure"),
    [
        ("en", "0 of 1 confirmation by others", "What would change it: 1 more confirmation by others"),
        ("zh-Hans", "需要他人认可 1 次，现有 0 次", "转好条件：尚需他人认可 1 次"),
    ],
)
def test_a_contribution_that_earns_nothing_says_why(
    cycle: Cycle, page: str, language: str, why: str, cure: str
) -> None:
    said = told(cycle, f"distribution.unearned:lin@h1:{WORK}", language)
    for text in (page, said):
        assert why in text
        assert cure in text
    assert "v1 /incentives/anti_gaming/attesters_min" in page
    assert "/incentives/anti_gaming/attesters_min" in said


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "by charter version 1: Points for each kind of contribution › unpaid work"),
        ("zh-Hans", "适用第 1 版章程：各类贡献的积分 › 无偿工作"),
    ],
)
def test_each_line_names_the_version_and_rule_that_judge_it(cycle: Cycle, page: str, language: str, line: str) -> None:
    assert line in page
    assert told(cycle, "dis.points:lin@h1", language).count(line) >= 2, "each contribution of lin's"
    rows = {row["fact"]: row for row in explain(cycle, "dis.points:lin@h1")["facts"]["rows"]}
    assert rows["work-lin"]["rule"] == {"version": 1, "pointer": RULE}
    assert "rule" not in rows["pool-1"]


@pytest.mark.parametrize(
    ("language", "label"),
    [("en", "Appeal: open to the payee until 2026-08-05"), ("zh-Hans", "申诉：收款人可于 2026-08-05 及之前提出")],
)
def test_until_when_one_may_appeal_is_said_under_a_label_of_its_own(
    cycle: Cycle, page: str, language: str, label: str
) -> None:
    assert label in page
    assert label in told(cycle, "distribution.payout:lin@h1:pool-1", language)


def test_the_report_says_that_nobody_knows_the_holidays_of_the_year_yet(page: str) -> None:
    assert "The holidays of 2027 have not been published yet" in page


def test_which_facts_are_told_first_is_the_same_in_the_report_and_in_an_explanation(cycle: Cycle) -> None:
    evidence = Evidence(cycle)
    evidence.anchor("dis.entitlement", "lin@h1")
    evidence.headlines = set(evidence.wanted)
    for one in evidence.explained():
        found = explain(cycle, f"{one.id}:{one.subject}")
        rows = [row["fact"] for row in found["facts"]["rows"]]
        assert found["rule"]["version"] == one.version
        assert [(below["id"], below["subject"]) for below in found["measures"]][: len(one.below)] == [*one.below]
        if one.count is not None:
            assert (found["facts"]["count"], found["facts"]["sha256"]) == (one.count, one.sha256)
            assert rows[: len(one.facts)] == [*one.facts]
