"""What changes between two charters, in sentences."""

import copy

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tenfold.charter.diff import SENTENCES, changes, diff, fields, word_at
from tenfold.charter.load import read_charter
from tenfold.charter.pointers import find, leaves
from tenfold.charter.templates import render_template
from tenfold.report.words import LANGUAGES, catalogue, say

from .charter_sample import BEGIN, changed, sample

VENTURE = sample()
TREES = (VENTURE, sample("infrastructure"), sample("open-community"), sample("blank"))
LEAVES = [(number, pointer, value) for number, tree in enumerate(TREES) for pointer, value in leaves(tree)]

SAID = [
    ("/distribution/caps/member_share", "0.20", "Members sharing more than 20 % of a pool are capped (was 25 %).",
     "单个成员在一个分配池中超过 20 % 的部分不再分给该成员（原为 25 %）。"),
    ("/interaction/cadence/angel", "1m", "A conversation with angel is due at least every 1 month (was 45 days).",
     "与“angel”至少每 1 个月谈一次（原为 45 天）。"),
    ("/interaction/respond_within/question", "1wd",
     "A question is to be answered within 1 working day (was 2 working days).",
     "提问应在 1 个工作日内答复（原为 2 个工作日）。"),
    ("/goals/funnel/stages/2/p_close", "0.125",
     "A deal at “diligence” has a chance of 12.5 % to close (was 22 %).",
     "处于“diligence”的融资机会按 12.5 % 的概率计入（原为 22 %）。"),
    ("/adjustment/decisions/charter/pass", "0.75", "Proposals on charter pass with 75 % (was 66.7 %).",
     "“charter”类提案的通过比例改为 75 %（原为 66.7 %）。"),
    ("/goals/stages/seed/raise/target", "50000000 CNY",
     "The raise of stage “seed” has a target of 50,000,000 CNY (was 40,000,000 CNY).",
     "“seed”阶段的融资目标改为 50,000,000 CNY（原为 40,000,000 CNY）。"),
]  # fmt: skip


@pytest.mark.parametrize(("pointer", "value", "en", "zh"), SAID)
def test_an_important_rule_has_a_sentence_of_its_own(pointer, value, en, zh):
    (one,) = changes(VENTURE, changed(VENTURE, pointer, value))
    assert one.pointer == pointer
    assert say("en", one.id, one.params) == en
    assert say("zh-Hans", one.id, one.params) == zh


@pytest.mark.parametrize(
    ("pointer", "value", "en", "zh"),
    [
        ("/interaction/cadence/angel", "1m", "A conversation with other investors is", "与“跟投方”至少"),
        ("/goals/funnel/stages/2/p_close", "0.125", "A deal at “due diligence” has", "处于“尽职调查”的融资机会"),
        ("/incentives/ladder/3/rights", ["vote"], "quarterly briefing removed", "季度闭门简报"),
        ("/value/offers/0/entitles", ["angel"], "follow-on notice › ", "优先跟投通知 › "),
    ],
)
def test_what_the_charter_has_a_label_for_is_called_by_it(pointer, value, en, zh):
    after = changed(VENTURE, pointer, value)
    for language, words in (("en", en), ("zh-Hans", zh)):
        (one,) = changes(VENTURE, after, language)
        assert words in say(language, one.id, one.params)


def test_an_id_of_two_things_stays_an_id():
    after = changed(VENTURE, "/value/segments/1/id", "investor")
    assert "investor added" in " ".join(say("en", one.id, one.params) for one in changes(VENTURE, after, "en"))


def test_a_new_stage_in_the_middle_is_one_change():
    stage = {"id": "notarised", "p_close": "0.80", "evidence": ["deed"]}
    after = copy.deepcopy(VENTURE)
    after["goals"]["funnel"]["stages"].insert(5, stage)
    (one,) = changes(VENTURE, after)
    assert (one.id, one.pointer, one.params["item"]) == ("diff.item_added", "/goals/funnel/stages/5", "notarised")
    (one,) = changes(after, VENTURE)
    assert (one.id, one.pointer, one.params["item"]) == ("diff.item_removed", "/goals/funnel/stages/5", "notarised")


@pytest.mark.parametrize(("language", "kind"), [("en", "Contact a member who is due"), ("zh-Hans", "按期联系成员")])
def test_the_effort_of_an_act_is_said_with_its_kind(language, kind):
    pointer = "/insight/next_best_action/effort/touch/minutes"
    (one,) = changes(VENTURE, changed(VENTURE, pointer, 40))
    assert one.pointer == pointer
    assert kind in say(language, one.id, one.params)


def test_a_step_of_the_ladder_is_known_by_its_level():
    (one,) = changes(VENTURE, changed(VENTURE, "/incentives/ladder/0", None))
    assert (one.id, one.params["item"]) == ("diff.item_removed", "0")


def test_another_order_is_said_and_words_of_a_list_come_and_go():
    turned = copy.deepcopy(VENTURE)
    turned["risk"]["indicators"].reverse()
    assert [one.id for one in changes(VENTURE, turned)] == ["diff.order"]
    other = changed(VENTURE, "/risk/categories", ["funding", "weather"])
    assert [one.id for one in changes(VENTURE, other)] == ["diff.item_added", "diff.item_removed"]
    assert changes(VENTURE, other)[0].params["item"] == "weather"


def test_a_rule_that_appears_or_goes_is_said_with_its_value():
    (one,) = changes(VENTURE, changed(VENTURE, "/incentives/holdback", None))
    assert (one.id, one.pointer) == ("diff.removed", "/incentives/holdback")
    (one,) = changes(changed(VENTURE, "/incentives/holdback", None), VENTURE)
    assert one.id == "diff.added"


def test_the_same_number_in_other_digits_is_no_change():
    assert changes(VENTURE, changed(VENTURE, "/distribution/caps/member_share", "0.250")) == []


def test_charters_from_files_differ_by_what_was_edited():
    text = render_template("venture", "small", effective_from=BEGIN)
    before, after = (read_charter(each.encode(), "c") for each in (text, text.replace("cliff: 12", "cliff: 6")))
    assert [one.pointer for one in diff(before, after)] == ["/distribution/layers/1/vesting/cliff"]
    assert diff(before, before) == []


@pytest.mark.parametrize("tree", TREES)
def test_the_same_charter_gives_nothing(tree):
    assert changes(tree, copy.deepcopy(tree)) == []


@settings(deadline=None)
@given(st.lists(st.sampled_from(LEAVES), min_size=1, max_size=6, unique_by=lambda leaf: leaf[1]))
def test_every_changed_place_is_mentioned(touched):
    tree = TREES[touched[0][0]]
    places = {pointer: _other(value) for number, pointer, value in touched if tree is TREES[number]}
    # A step that takes the level of another one changes places with it: told as a change of what the levels hold.
    assume(sum(pointer.endswith("/level") for pointer in places) < 2)
    after = tree
    for pointer, value in places.items():
        after = changed(after, pointer, value)
    found = [one.pointer for one in changes(tree, after)]
    for pointer in places:
        assert any(_meets(pointer, at) for at in found), pointer
    assert all(any(_meets(pointer, at) for pointer in places) for at in found)


@settings(deadline=None)
@given(st.sampled_from(LEAVES))
def test_a_change_there_is_a_change_back(leaf):
    number, pointer, value = leaf
    after = changed(TREES[number], pointer, _other(value))
    there, back = changes(TREES[number], after), changes(after, TREES[number])
    assert {one.pointer for one in there} == {one.pointer for one in back}


def _meets(one, other):
    """Whether one pointer is the other, or lies within it."""
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def _other(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return ["other"] if value == [] else {"other": 1} if value == {} else f"{value}x"


def test_every_sentence_names_a_rule_that_exists_and_has_words():
    for way, name in SENTENCES.items():
        if way[-1] != "*":
            assert way[-1] in fields()[way[:-1]], way
        for language in LANGUAGES:
            assert f"diff.{name}" in catalogue(language)


def test_every_sentence_of_the_catalogue_is_said_by_some_rule():
    said = {f"diff.{name}" for name in SENTENCES.values()} | {
        "diff.changed",
        "diff.added",
        "diff.removed",
        "diff.order",
    }
    said |= {f"diff.{kind}_{way}" for kind in ("item", "entry") for way in ("added", "removed")}
    said |= {"diff.percent", "diff.money", "diff.yes", "diff.no", "diff.nothing"}
    said |= {f"diff.unit_{unit}" for unit in ("d", "wd", "m", "y")}
    assert {id for id in catalogue("en") if id.startswith("diff.")} == said


def test_any_other_rule_is_said_with_the_names_of_its_fields():
    (one,) = changes(VENTURE, changed(VENTURE, "/risk/alarm_budget/per_person_per_week", 7))
    assert say("en", one.id, one.params) == "Risk › Alarm budget › New alarms per person and week: 7 (was 5)."
    (one,) = changes(VENTURE, changed(VENTURE, "/screening/needs/1/weight", 2))
    assert "technology" in say("zh-Hans", one.id, one.params)


def test_every_field_has_a_name_in_both_languages():
    for language in LANGUAGES:
        missing = [word for known in fields().values() for word in known.values() if word not in catalogue(language)]
        assert missing == []


def test_keys_that_the_community_chose_are_no_fields():
    assert "target" in fields()["goals", "stages", "*", "raise"]
    assert ("interaction", "cadence") not in fields()
    assert find(VENTURE, "/interaction/cadence/*")


def test_a_field_is_named_wherever_it_stands_and_what_a_community_named_is_not() -> None:
    assert word_at(("adjustment", "exit", "propose_if", "0", "metric")) == "Condition.metric"
    assert word_at(("insight", "next_best_action", "effort", "deal", "minutes")) == "Effort.minutes"
    assert word_at(("interaction", "cadence", "investors")) is None
    assert word_at(("interaction", "cadence")) is not None
