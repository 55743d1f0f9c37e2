"""Floors of the jurisdiction profiles: a charter may raise them, never lower them."""

from datetime import date

import pytest

from tenfold.charter.limits import fewest_days, size
from tenfold.charter.load import load_charters, read_charter
from tenfold.charter.profiles import bounds, check, floor, known_profiles, profile, stops, withheld
from tenfold.charter.templates import render_template
from tenfold.report.words import LANGUAGES, catalogue
from tenfold.terms.durations import Duration
from tenfold.terms.errors import Refused

from .charter_sample import BEGIN, changed, sample

VENTURE = sample()
SPV = sample("infrastructure")
OPEN = sample("open-community", jurisdiction=["global-nonequity", "eu-privacy"])
GRACE = "/incentives/capital_call_default/grace"
CAPITAL = "/adjustment/decisions/capital/pass"


def refused(tree):
    return {(complaint.id, complaint.place.pointer): dict(complaint.params) for complaint in check(tree)}


@pytest.mark.parametrize(
    ("pointer", "below", "at", "above"),
    [
        (GRACE, "59d", "60d", "61d"),
        (GRACE, "2m", "3m", "1y"),
        (CAPITAL, "0.666666", "0.666667", "0.75"),
        ("/adjustment/decisions/charter/pass", "0.6666", "0.6667", "1"),
    ],
)
def test_a_floor_holds_at_n_less_one_at_n_and_above(pointer, below, at, above):
    assert list(refused(changed(VENTURE, pointer, below))) == [("profiles.floor", pointer)]
    assert refused(changed(VENTURE, pointer, at)) == {}
    assert refused(changed(VENTURE, pointer, above)) == {}


def test_a_refusal_names_what_was_seen_the_floor_and_its_source():
    params = refused(changed(VENTURE, GRACE, "45d"))["profiles.floor", GRACE]
    assert params["seen"] == "45d"
    assert params["expected"] == "60d"
    assert params["profile"] == "cn-llc"
    assert "公司法" in params["source"]
    assert params["effective"] == "2024-07-01"


@pytest.mark.parametrize(("least", "fits"), [(49, True), (50, True), (51, False)])
def test_an_llc_plans_for_fifty_holders_at_most_and_the_stricter_of_two_profiles_speaks(least, fits):
    pointer = "/adjustment/membership_by_stage/seed/class_min/investor"
    found = refused(changed(VENTURE, pointer, least))
    assert found == {} if fits else found["profiles.ceiling", pointer]["profile"] == "cn-llc"


@pytest.mark.parametrize(("least", "fits"), [(199, True), (200, True), (201, False)])
def test_a_private_offering_alone_plans_for_two_hundred_at_most(least, fits):
    alone = changed(VENTURE, "/charter/jurisdiction", ["cn-private-offering"])
    pointer = "/adjustment/membership_by_stage/seed/class_min/investor"
    assert (refused(changed(alone, pointer, least)) == {}) is fits


@pytest.mark.parametrize(("gearing", "fits"), [("0.79", True), ("0.80", True), ("0.81", False)])
def test_a_concession_borrows_four_fifths_at_most_by_covenant(gearing, fits):
    pointer = "/risk/covenants/1/max"
    assert (refused(changed(SPV, pointer, gearing)) == {}) is fits


@pytest.mark.parametrize(("loan", "fits"), [(959, True), (960, True), (961, False)])
def test_a_concession_raises_a_fifth_as_capital_at_least(loan, fits):
    target = changed(SPV, "/goals/stages/construction/raise/target", "240 CNY")
    found = refused(changed(target, "/goals/stages/construction/also/0/target", f"{loan} CNY"))
    assert (found == {}) is fits


def test_offering_material_is_never_public_and_investors_are_gated():
    public = changed(VENTURE, "/culture/reports/0/brand_only", False)
    assert list(refused(public)) == [("profiles.fixed", "/culture/reports/0/brand_only")]
    ungated = changed(VENTURE, "/screening/gates/3", None)
    assert list(refused(ungated)) == [("profiles.requires", "/screening/gates")]


def test_a_community_without_equity_pay_holds_no_options():
    layer = {"id": "options", "pool_units": 10, "by": "points"}
    pointer = "/distribution/layers/2"
    assert list(refused(changed(OPEN, pointer, layer))) == [("profiles.forbidden", f"{pointer}/pool_units")]


def test_an_unknown_profile_is_refused_with_the_known_ones():
    found = refused(changed(VENTURE, "/charter/jurisdiction", ["cn-llc", "moon"]))
    assert list(found) == [("profiles.unknown", "/charter/jurisdiction/1")]
    assert found["profiles.unknown", "/charter/jurisdiction/1"]["expected"] == ", ".join(known_profiles())


def test_a_charter_below_a_floor_is_refused_with_its_line():
    text = render_template("venture", "small", effective_from=BEGIN).replace("grace: 60d, then", "grace: 10d, then")
    with pytest.raises(Refused) as caught:
        read_charter(text.encode(), "charter.yaml")
    (complaint,) = caught.value.complaints
    assert text.splitlines()[complaint.place.line - 1][complaint.place.position - 1 :].startswith("10d")


def test_a_law_does_not_bind_a_version_that_was_superseded_before_it(tmp_path):
    old = render_template("venture", "small", effective_from=date(2022, 1, 1)).replace(
        "grace: 60d, then", "grace: 30d, then"
    )
    new = render_template("venture", "small", effective_from=date(2024, 7, 1)).replace("version: 1", "version: 2")
    (tmp_path / "charters").mkdir()
    (tmp_path / "charters" / "my-community-v1.yaml").write_text(old, encoding="utf-8")
    (tmp_path / "charter.yaml").write_text(new, encoding="utf-8")
    assert load_charters(tmp_path).newest.version == 2
    (tmp_path / "charter.yaml").write_text(new.replace("2024-07-01", "2024-07-02"), encoding="utf-8")
    with pytest.raises(Refused):
        load_charters(tmp_path)


@pytest.mark.parametrize("id", known_profiles())
def test_every_profile_says_where_it_comes_from_and_that_no_lawyer_read_it(id):
    one = profile(id)
    assert one.id == id
    assert one.reviewed_by_lawyer is False
    assert one.title.zh != one.title.en
    assert one.means.label("zh-Hans") == one.means.zh
    assert all(each.source and each.sure in "HML" for each in (*one.limits, *one.stops))


def test_the_strictest_stop_of_several_profiles_is_listed():
    found = {each.stop.id: each for each in stops(["cn-private-offering", "cn-llc"])}
    assert (found["holders"].profile, found["holders"].stop.at_most) == ("cn-llc", 50)
    assert "named_persons" in found


def test_members_of_a_private_offering_are_shown_no_forecast():
    assert "fund.forecast" in withheld(["cn-llc", "cn-private-offering"])
    assert withheld(["cn-llc"]) == ()


def test_a_floor_can_be_asked_for_where_the_charter_is_silent():
    assert floor(["cn-llc", "eu-privacy"], GRACE) == "60d"
    assert floor(["eu-privacy"], GRACE) is None


def test_the_fewest_days_of_months_and_years():
    assert [fewest_days(Duration(n, "m")) for n in (1, 2, 3, 12)] == [28, 59, 89, 365]
    assert fewest_days(Duration(2, "wd")) == 2
    assert size("consent_of_each_affected") is None


def test_every_kind_of_limit_is_said_in_both_languages():
    kinds = {each.limit.kind for each in bounds(known_profiles())}
    for language in LANGUAGES:
        assert {f"profiles.{kind}" for kind in kinds} <= catalogue(language).keys()
