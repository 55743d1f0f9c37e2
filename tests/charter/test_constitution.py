"""What no community may configure (DOMAIN §14)."""

import pytest

from tenfold.charter.constitution import check
from tenfold.report.words import LANGUAGES, complaint

from .charter_sample import changed, sample

VENTURE = sample()
INTRODUCTION = "/distribution/contribution_types/introduction"

BREACHES = [
    ("/charter/calendar", "XX", "calendar_unknown", "/charter/calendar"),
    ("/charter/adopted_by", "decision:2026-11-24/v1", "retroactive", "/charter/effective_from"),
    ("/value/offers/0/zh", "保本跟投", "promised_return", "/value/offers/0/zh"),
    ("/value/offers/0/en", "a guaranteed return", "promised_return", "/value/offers/0/en"),
    ("/goals/stages/seed/purpose/zh", "承诺每年固定收益", "promised_return", "/goals/stages/seed/purpose/zh"),
    (
        "/screening/scorecards/expert/criteria",
        {"gender": 100},
        "protected_attribute",
        "/screening/scorecards/expert/criteria/gender",
    ),
    ("/incentives/ladder/3/decide", "panel", "panel_decides", "/incentives/ladder/3/decide"),
    (f"{INTRODUCTION}/of", ["partner", "investor"], "paid_for_investors", f"{INTRODUCTION}/of/1"),
    (f"{INTRODUCTION}/of", [], "referral_of_anyone", INTRODUCTION),
    (
        "/distribution/contribution_types/milestone/when",
        "admitted",
        "referral_by_rate",
        "/distribution/contribution_types/milestone/rate",
    ),
    ("/distribution/approve", None, "no_signatures", "/distribution/layers/1"),
    ("/adjustment/decisions/vested_rights/pass", "0.75", "vested_rights", "/adjustment/decisions/vested_rights/pass"),
]


def test_the_templates_keep_the_constitution():
    assert [check(sample(kind)) for kind in ("venture", "infrastructure", "open-community", "blank")] == [
        [],
        [],
        [],
        [],
    ]


@pytest.mark.parametrize(("pointer", "value", "kind", "at"), BREACHES)
def test_a_breach_is_refused_at_its_place(pointer, value, kind, at):
    found = check(changed(VENTURE, pointer, value))
    assert (f"profiles.{kind}", at) in [(each.id, each.place.pointer) for each in found]
    assert not any(each.warning for each in found)


@pytest.mark.parametrize(("pointer", "value", "kind", "at"), BREACHES)
def test_a_breach_reads_as_a_sentence_in_both_languages(pointer, value, kind, at):
    for found in check(changed(VENTURE, pointer, value)):
        for language in LANGUAGES:
            said = complaint(language, found)
            assert found.id not in said
            assert "{" not in said


def test_a_class_with_an_investors_gate_or_a_ticket_counts_as_investors():
    gated = changed(VENTURE, "/screening/gates/3/applies_to", ["expert"])
    assert [each.id for each in check(gated)] == ["profiles.paid_for_investors"]
    ticketed = changed(VENTURE, "/value/segments/4/match/ticket_at_least", "1 CNY")
    assert [each.params["seen"] for each in check(ticketed)] == ["expert"]


def test_a_version_may_begin_on_the_day_of_its_adoption():
    assert check(changed(VENTURE, "/charter/adopted_by", "decision:2026-11-23/v1")) == []
