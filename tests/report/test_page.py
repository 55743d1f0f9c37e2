"""The report page: every number leads somewhere, both languages are whole, nothing in the facts becomes markup."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests import small

from tenfold.engine.community import Community, read_moment
from tenfold.engine.cycle import Cycle, run
from tenfold.report import page as page_of
from tenfold.report.cards import card
from tenfold.report.page import OPEN_OF_A_KIND, write_report
from tenfold.report.speech import Speech, unit_of
from tenfold.report.words import FOLDER, LANGUAGES, catalogue
from tenfold.terms.listed import Listed
from tenfold.terms.reason import Reason

AS_OF = read_moment("2026-11-02T08:30:00+08:00", "Asia/Shanghai")
SIZE_MAX = 3_000_000  # bytes, of a small community in two languages
HOSTILE = "<script>alert(1)</script>\u202e\"'&" + "长" * 300


def cycle_of(folder: Path, rows: small.Rows | None = None) -> Cycle:
    community = Community.load(small.write(folder, given=rows))
    return run(community, community.moment(AS_OF))


@pytest.fixture(scope="module")
def cycle(tmp_path_factory: pytest.TempPathFactory) -> Cycle:
    return cycle_of(tmp_path_factory.mktemp("report") / "community")


@pytest.fixture(scope="module")
def page(cycle: Cycle, tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_report(cycle, tmp_path_factory.mktemp("out")).read_text(encoding="utf-8")


class Seen(HTMLParser):
    """What a page holds: its tags, ids, the targets of its links, its text by language."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.ids += [given["id"]] if given.get("id") else []
        self.links += [given["href"]] if given.get("href") else []

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parts(page: str) -> Iterator[tuple[str, str]]:
    for part in page.split("<main ")[1:]:
        language = re.search(r'lang="([^"]+)"', part)
        assert language is not None
        yield language[1], part.partition("</main>")[0]


def test_every_link_has_its_anchor_in_the_page_and_no_anchor_stands_twice(page: str) -> None:
    seen = Seen(page)
    assert len(seen.ids) == len(set(seen.ids))
    assert {link for link in seen.links if not link.startswith("#")} == set()
    assert {link[1:] for link in seen.links} <= set(seen.ids)


def test_a_tapped_number_is_explained_by_the_name_that_people_know(page: str) -> None:
    told = {language: "".join(Seen(part).text) for language, part in parts(page)}
    assert "有效来源数 = 样本不足 fund.n_eff\n" in told["zh-Hans"]
    assert "Effective number of funders = not enough data yet fund.n_eff\n" in told["en"]


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [
        ("0.392857", "ratio", "39.3 %（0.392857）"),
        ("3.000000", "number", "3"),
        ("1.978022", "number", "1.978（1.978022）"),
        ("26000000.00", "CNY", "¥2,600万（¥26,000,000.00）"),
        ("12.00", "CNY", "¥12.00"),
    ],
)
def test_the_exact_number_stands_beside_where_it_says_more(cycle: Cycle, value: str, unit: str, told: str) -> None:
    assert Speech(cycle.board, "zh-Hans").worth(value, unit).striptags() == told


def test_what_a_charter_lists_is_said_in_words(cycle: Cycle) -> None:
    zh, en = (Speech(cycle.board, language) for language in LANGUAGES)
    listed = "sanctions_list (missing), references (expired), nda"
    assert zh.say("screening.gate_result.missing", party="x", gates=listed).endswith(
        "sanctions_list（缺失）、references（过期）、保密协议。"
    )
    assert (zh.word("action", "written_notice"), en.word("action", "written_notice")) == ("书面通知", "written notice")
    assert (zh.word("allowed", "2wd"), en.word("every", "7d")) == ("2 个工作日", "7 days")
    assert (zh.named("seed_to_series_a"), zh.named("h1-2026/small_sample")) == ("种子轮 → A轮", "h1-2026 · 小样本")
    assert zh.named("a-project/3") == "a-project/3"


def test_every_decision_has_an_explanation_in_both_languages(cycle: Cycle, page: str) -> None:
    assert cycle.decisions
    for _, part in parts(page):
        ids = Seen(part).ids
        assert all(any(id.endswith(one.id) for id in ids) for one in cycle.decisions)


def test_both_languages_tell_the_same_numbers(page: str) -> None:
    told = {language: re.findall(r'<div class="entry" id="[^"]*?-([^"]+)"', part) for language, part in parts(page)}
    zh, en = ([one.removeprefix("Hans-") for one in told[language]] for language in LANGUAGES)
    assert zh
    assert zh == en


def test_no_message_is_missing_from_the_page(page: str) -> None:
    text = " ".join(Seen(page).text)
    assert re.findall(r"\breport\.[a-z_.]+", text.replace("report.html", "")) == []


def test_every_word_of_the_templates_is_in_the_catalogue(page: str) -> None:
    for path in (FOLDER.parent / "templates").glob("*.j2"):
        bare = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}|<style>.*?</style>|<[^>]*>", "", path.read_text("utf-8"), flags=re.S)
        assert re.findall(r"[A-Za-z]{4,}", bare) in ([], ["Tenfold"])


def test_the_page_is_one_file_without_scripts(page: str) -> None:
    seen = Seen(page)
    assert {"script", "link", "img", "iframe"} & set(seen.tags) == set()
    assert re.findall(r"url\(|@import|src=", page) == []


def test_the_same_cycle_gives_the_same_bytes(cycle: Cycle, page: str, tmp_path: Path) -> None:
    assert write_report(cycle, tmp_path).read_text(encoding="utf-8") == page


def test_the_page_stays_small(page: str) -> None:
    assert len(page.encode()) < SIZE_MAX


def test_what_facts_say_never_becomes_markup(tmp_path: Path) -> None:
    rows = small.rows()
    rows["parties"] = [{**row, "name": f"{row['party']} {HOSTILE}", "name_other": HOSTILE} for row in rows["parties"]]
    page = write_report(cycle_of(tmp_path / "hostile", rows), tmp_path).read_text(encoding="utf-8")
    assert "script" not in Seen(page).tags
    assert "&lt;script&gt;alert(1)" in page


def many(cycle: Cycle, number: int) -> Cycle:
    """Return the cycle with its first decision so many times over, each of another day."""
    first = cycle.decisions[0]
    return replace(cycle, decisions=[replace(first, since=f"{place:05}") for place in range(number)])


def test_the_decisions_of_a_kind_unfold_after_the_first(cycle: Cycle, tmp_path: Path) -> None:
    page = write_report(many(cycle, OPEN_OF_A_KIND + 3), tmp_path).read_text(encoding="utf-8")
    for language, part in parts(page):
        seen, _, rest = part.partition('<details class="rest"')
        folded, _, _ = rest.partition("</details>")
        assert folded.count('<div class="entry"') == 3
        assert seen.count("<code>") >= OPEN_OF_A_KIND
        assert catalogue(language)["report.decisions.folded"].replace("{n}", "3") in folded


def test_what_the_page_has_no_room_for_stands_in_the_lines(
    cycle: Cycle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_of, "DECISIONS_MAX", 30)
    page = write_report(many(cycle, 40), tmp_path).read_text(encoding="utf-8")
    assert {link for link in Seen(page).links if not link.startswith("#")} == {page_of.ALL_DECISIONS}
    assert all("10" in part.partition(page_of.ALL_DECISIONS)[0][-60:] for _, part in parts(page))


@pytest.mark.parametrize(
    ("sizes", "most", "each"), [([2, 10, 10], 12, 5), ([1, 1], 9, 9), ([30], 20, 20), ([], 5, 5), ([7, 1, 3], 8, 4)]
)
def test_room_is_shared_between_kinds(sizes: list[int], most: int, each: int) -> None:
    assert page_of.fair(sizes, most) == each
    assert sum(min(size, each) for size in sizes) <= most


def test_an_empty_community_has_a_page(tmp_path: Path) -> None:
    page = write_report(cycle_of(tmp_path / "empty", {}), tmp_path).read_text(encoding="utf-8")
    assert catalogue("en")["report.nothing_known"] in page


@pytest.mark.parametrize(
    ("language", "text", "unit", "shown"),
    [
        ("zh-Hans", "38222222.23", "CNY", "3,822.22万"),
        ("zh-Hans", "120000000.00", "CNY", "1.2亿"),
        ("en", "38222222.23", "CNY", ">38.22\u00a0m<"),
        ("en", "0.392857", "ratio", "39.3\u00a0%"),
        ("en", "15.822222", "multiple", "15.822"),
        ("en", None, "ratio", "not enough data yet"),
    ],
)
def test_numbers_are_written_as_people_write_them(
    cycle: Cycle, language: str, text: str | None, unit: str, shown: str
) -> None:
    assert shown in Speech(cycle.board, language).value(text, unit)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_short_amount_shows_the_exact_one_on_hover(cycle: Cycle, language: str) -> None:
    assert 'title="38,222,222.23"' in Speech(cycle.board, language).value("38222222.23", "CNY")


def test_ids_within_a_parameter_are_named_and_money_is_written_as_everywhere(cycle: Cycle) -> None:
    said = Speech(cycle.board, "zh-Hans").say(
        "goals.stage_gate.must", failing="fund.wired >= 1 (0.5); no_such_id", gate="g"
    )
    assert "已到账 ≥ 1（0.5）；no_such_id" in said
    told = Speech(cycle.board, "en").say("goals.key_result.done", value="36000000.00 CNY", target="20.0 %")
    assert "¥36 m, target 20.0 %" in told.striptags()


def test_a_list_of_a_decision_has_the_commas_of_the_language(cycle: Cycle) -> None:
    zh, en = (
        Speech(cycle.board, language).say("insight.duplicate.review", agree="email, phone", differ="address, name")
        for language in LANGUAGES
    )
    assert ", " not in zh
    assert zh.count("、") == 2
    assert en.count(", ") >= 2


def test_a_list_that_knows_its_things_is_named_thing_by_thing(cycle: Cycle) -> None:
    said = Speech(cycle.board, "zh-Hans").say("reading.note.no_amount", names=Listed(["Wang, Li", "us"]), rows="2")
    us = Speech(cycle.board, "zh-Hans").names["us"]
    assert f"Wang, Li、{us}" in said


@pytest.mark.parametrize(
    ("allowed", "zh", "en"),
    [
        ("1wd", "限 1 个工作日内答复", "answer within 1 working day"),
        ("2wd", "限 2 个工作日内答复", "answer within 2 working days"),
        ("2d", "限 2 天内答复", "answer within 2 days"),
    ],
)
def test_a_card_says_which_days_its_term_counts(cycle: Cycle, allowed: str, zh: str, en: str) -> None:
    params = {"subject": "us", "asked": "2026-10-29", "due": "2026-11-02", "allowed": allowed}
    decision = {
        "id": "d",
        "subject": "us/question",
        "message": {"id": "insight.action.question.plain", "params": params},
        "measures": [],
        "proposes": None,
    }
    for language, said in zip(LANGUAGES, (zh, en), strict=True):
        shown = card(Speech(cycle.board, language), decision, date(2026, 11, 2))
        assert [str(one.text) for one in shown.reasons][1:] == [said]


def test_the_title_says_whose_report_of_which_day_it_is(cycle: Cycle, page: str) -> None:
    zh, en = (Speech(cycle.board, language).names["us"] for language in LANGUAGES)
    titles = f"{en} community report · 2026-11-02 | {zh}社群报告 · 2026-11-02"
    assert f"<title>{titles}</title>" in page


@pytest.mark.parametrize(("value", "told"), [("0.667000", "66.7 %"), ("1.050000", "105.0 %")])
def test_a_share_is_percent_above_one_too(cycle: Cycle, value: str, told: str) -> None:
    assert Speech(cycle.board, "en").value(value, "ratio").striptags() == told


@pytest.mark.parametrize(("value", "told"), [("0.667000", "0.667×"), ("1.978000", "1.978×")])
def test_a_multiple_is_never_percent(cycle: Cycle, value: str, told: str) -> None:
    assert unit_of("rel.overdue", cycle.board.registry.specs["rel.overdue"].unit) == "multiple"
    assert Speech(cycle.board, "en").value(value, "multiple") == told


def test_a_what_if_that_changes_nothing_is_left_out(cycle: Cycle) -> None:
    en = Speech(cycle.board, "en")
    params = {"party": "x", "now": "0.0 %"}
    assert "0.0\u00a0%" not in en.sentence(Reason("goals.stale_deal.never", {**params, "back": "0.0 %"}))
    assert "0.0\u00a0% to 1.0\u00a0%" in en.sentence(Reason("goals.stale_deal.never", {**params, "back": "1.0 %"}))


def test_a_cure_that_was_not_computed_is_not_shown(page: str) -> None:
    assert not any(f"{mark}none computed" in page or f"{mark}未计算" in page for mark in (": ", "："))


def test_an_amount_and_its_currency_are_one(cycle: Cycle) -> None:
    zh = Speech(cycle.board, "zh-Hans")
    said = zh.sentence(Reason("goals.cure.wired", {"amount": "26000000.00", "currency": "CNY"}))
    assert said.striptags() == "还需到账 ¥2,600万。"


@pytest.mark.parametrize(
    ("name", "told"), [("林夕", "向林夕致谢一次"), ("Lin Xi", "向 Lin Xi 致谢一次"), ("2026", "向 2026 致谢一次")]
)
def test_only_a_chinese_name_stands_between_chinese_words_without_spaces(cycle: Cycle, name: str, told: str) -> None:
    zh = Speech(cycle.board, "zh-Hans")
    assert zh.sentence(Reason("insight.cure.thanks", {"subject": name})).striptags() == told


PEOPLE = [
    {"fact": party, "occurred_at": "2024-01-01", "party": party, "type": "person", "name": party}
    for party in ("lin", "zhou")
]
JOINED = [
    {"fact": f"m-{party}", "occurred_at": "2024-01-08", "party": party, "class": "expert", "state": "active"}
    for party in ("lin", "zhou")
]
TALK = {"fact": "t", "occurred_at": "2026-10-01", "member": "lin", "direction": "out", "channel": "call"}


def test_what_is_not_recorded_is_said_once_with_the_numbers_that_wait_for_it(tmp_path: Path) -> None:
    waits = catalogue("en")["report.name.rel.overdue"]
    silent = lacking_part(
        write_report(cycle_of(tmp_path / "silent", {"parties": PEOPLE, "memberships": JOINED}), tmp_path)
    )
    assert silent.count("<dt>interactions</dt>") == 1
    assert waits in silent.split("<dt>interactions</dt>")[1].split("<dt>")[0]
    assert "<dt>memberships</dt>" not in silent
    facts = {"parties": PEOPLE, "memberships": JOINED, "interactions": [TALK | {"flags": "decision"}]}
    assert "<dt>interactions</dt>" not in lacking_part(write_report(cycle_of(tmp_path / "talking", facts), tmp_path))


def lacking_part(path: Path) -> str:
    """The part of the English page that lists what is not recorded."""
    return path.read_text("utf-8").split('id="en-part-lacking"')[1].split("</section>")[0]
