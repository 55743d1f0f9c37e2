"""How the ten are one system: each hand-off of DOMAIN §2.11 on the demo, from the decision over the fact to its end.

A decision of the first mechanism proposes a fact; the fact lies in the demo and names the decision; later the decision
stands no more, for its measure has recovered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from tests.demo.conftest import ZONE, On

from tenfold.engine.community import Community, Moment, read_moment
from tenfold.engine.cycle import Cycle, decide
from tenfold.terms.decision import Decision

MAY_25, JULY_25, AUGUST_25 = "2025-05-05T08:30", "2025-07-21T08:30", "2025-08-04T08:30"
FEBRUARY, MARCH, VOTED, APRIL = "2026-02-16T08:30", "2026-03-09T08:30", "2026-04-24T19:00", "2026-04-27T08:30"
JUNE, JULY, SEPTEMBER, NOW = "2026-06-22T08:30", "2026-07-27T08:30", "2026-09-07T08:30", "2026-11-02T08:30"
NOVEMBER_24, MARCH_23 = "2024-11-11T08:30", "2026-03-23T08:30"
MOMENTS = (NOVEMBER_24, MARCH_23, MAY_25, JULY_25, AUGUST_25, FEBRUARY, MARCH, VOTED, APRIL, JUNE, JULY, SEPTEMBER, NOW)
HIDDEN = ("table", "because")
OPEN = ("proposed", "confirmed")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class House:
    """The demo with its cycles."""

    community: Community
    on: On

    def standing(self, moment: str, start: str) -> Decision | None:
        """Return the one open decision whose id begins so, None when there is none."""
        found = [one for one in self.on(moment).decisions if one.id.startswith(start) and one.status in OPEN]
        assert len(found) < 2
        return found[0] if found else None

    def led(self, id: str) -> list[tuple[str, Row]]:
        """Return table and row of the facts that name a decision or fact as what led to them."""
        tables = self.community.facts.tables.items()
        return [
            (name, row) for name, rows in tables for row in rows.filter(pl.col("because") == id).iter_rows(named=True)
        ]

    def handed_on(self, start: str, stood: str, closed: str) -> tuple[Decision, Row]:
        """Return a decision and its fact, once it is shown that the one proposed the other and is over later."""
        decision = self.standing(stood, start)
        assert decision is not None, f"{start} does not stand at {stood}"
        assert decision.status == "proposed"
        assert decision.closes_when
        assert decision.proposes is not None
        assert decision.proposes["because"] == decision.id
        [(table, row)] = self.led(decision.id)
        assert table == decision.proposes["table"]
        differing = {
            name: (wanted, row)
            for name, wanted in decision.proposes.items()
            if name not in HIDDEN and not agrees(row, name, wanted)
        }
        assert differing == {}
        assert row["recorded_at"] > read_moment(stood, ZONE)
        assert self.standing(closed, start) is None, f"{start} still stands at {closed}"
        return decision, row

    def value(self, moment: str, id: str, subject: str) -> Any:
        """Return a measure's value in the cycle of a moment."""
        return self.row(moment, id, subject=subject)["value"]

    def row(self, moment: str, id: str, **keys: str) -> Row:
        """Return the one row of a result with these keys in the cycle of a moment."""
        board = self.on(moment).board
        wanted = [pl.col(name) == key for name, key in keys.items()]
        return board.results[id].filter(pl.col("end") == board.ends.main, *wanted).row(0, named=True)

    def early(self, moment: str, id: str, subject: str = "community") -> Any:
        """Return one measure at a moment for which nothing else is computed."""
        at = read_moment(moment, ZONE)
        board = self.community.board(Moment(at, at)).compute(only=[id])
        return board.results[id].filter(pl.col("end") == board.ends.main, pl.col("subject") == subject)["value"][0]

    def asked(self, moment: str, member: str) -> Mapping[str, Any]:
        """Return the answer that a talk with a member asks for at a moment for which only interaction decides."""
        at = read_moment(moment, ZONE)
        decided = decide(self.community.board(Moment(at, at)), ["interaction.ask_in_passing"])
        [found] = [one for one in decided if (one.kind, one.subject) == ("ask_in_passing", member)]
        return found.proposes or {}


@pytest.fixture(scope="module")
def house(community: Community, on: On) -> House:
    return House(community, on)


def agrees(row: Row, name: str, wanted: Any) -> bool:
    """Whether a cell of a fact is what a decision proposed for it; an instant agrees with its local day."""
    if f"{name}_minor" in row:
        return row[f"{name}_minor"] == int(Decimal(str(wanted)) * 100)
    cell = row[name]
    if isinstance(cell, datetime):
        return str(cell.astimezone(ZoneInfo(ZONE)).date()) == wanted
    if isinstance(cell, (int, Decimal)) and not isinstance(cell, bool):
        return Decimal(cell) == Decimal(str(wanted))
    return cell == wanted


def test_1_to_2_a_goal_out_of_reach_opens_a_need(house: House) -> None:
    decision, _ = house.handed_on("goals.need:fire_std:", MAY_25, AUGUST_25)
    assert decision.closes_when == {"metric": "scr.coverage", "subject": "community", "op": ">=", "value": "0.70"}
    assert (
        house.value(MAY_25, "scr.coverage", "community") < 0.70 <= house.value(AUGUST_25, "scr.coverage", "community")
    )


def test_7_to_2_a_single_bridge_asks_for_one_more_of_what_it_leads_to(house: House) -> None:
    decision, need = house.handed_on("risk.alert:kri_bridge:", JULY, SEPTEMBER)
    charter = house.on(JULY).board.main[0]
    wanted = next(one for one in charter.screening.needs if one.id == need["capability"])
    assert (need["capability"], need["redundancy"]) == ("grid_access", wanted.redundancy + 1)
    introduced = {row["other"] for table, row in house.led(need["fact"]) if table == "interactions"}
    assert introduced == {"wangchuan"}
    assert decision.closes_when is not None
    assert decision.closes_when["metric"] == "risk.cut_vertex"
    assert house.row(SEPTEMBER, "view.indicator", indicator="kri_bridge")["state"] == "green"


def test_10_to_2_somebody_who_wrote_in_becomes_a_candidate_and_is_decided_on(house: House) -> None:
    decision, row = house.handed_on("culture.new_candidate:zhuoan:", JULY, NOW)
    assert decision.message.id == "culture.new_candidate.inbound"
    rows = house.community.facts.tables["memberships"].filter(pl.col("party") == row["party"]).sort("occurred_at")
    assert list(rows["state"]) == ["suggested", "applied", "rated", "probation"]
    assert [
        one.id for one in house.on(NOW).decisions if one.subject == "zhuoan" and one.kind in ("admit", "decline")
    ] == []


@pytest.mark.parametrize("offer", ["briefing", "pro_rata"])
def test_2_to_3_a_newcomer_is_promised_what_its_segment_is_entitled_to(house: House, offer: str) -> None:
    _, promise = house.handed_on(f"screening.promise_offer:duchuan@{offer}:", JULY_25, AUGUST_25)
    delivered = house.row(AUGUST_25, "view.promise", promise=promise["commitment"])
    assert (delivered["promisor"], delivered["state"]) == ("qinglan", "kept")
    assert house.standing(AUGUST_25, f"value.undelivered:{promise['commitment']}:") is None


def test_2_to_5_somebody_on_probation_makes_a_first_promise(house: House) -> None:
    _, promise = house.handed_on("screening.first_promise:duchuan:", JULY_25, AUGUST_25)
    assert house.row(JULY_25, "view.member", party="duchuan")["state"] == "probation"
    assert house.row(AUGUST_25, "view.promise", promise=promise["commitment"])["state"] == "kept"


def test_4_to_1_a_silent_deal_leaves_the_forecast_until_it_is_heard(house: House) -> None:
    decision, _ = house.handed_on("goals.stale_deal:expansion-nordvik:", SEPTEMBER, NOW)
    before, after = (house.row(day, "view.deal", opportunity="expansion-nordvik") for day in (SEPTEMBER, NOW))
    assert (before["active"], after["active"]) == (False, True)
    assert after["last_inbound_on"] > date(2026, 9, 7)
    assert float(decision.value or 0) > 0  # what its return is worth to the round
    deals = house.on(SEPTEMBER).board
    alive = deals.results["view.deal"].filter(
        pl.col("end") == deals.ends.main, pl.col("round") == "expansion", "active"
    )
    assert house.row(SEPTEMBER, "fund.forecast", subject="expansion")["n"] == alive.height


def test_5_to_1_conditions_that_slip_move_the_date_by_the_promisors_own_slip(house: House) -> None:
    decision, step = house.handed_on("incentives.condition_slip:cp-hengli-6:", MAY_25, JULY_25)
    before, after = (house.row(day, "view.promise", promise="cp-hengli-6")["due_on"] for day in (MAY_25, JULY_25))
    assert (after - before).days == house.value(MAY_25, "inc.slip", "hengli") == 5
    assert step["due_at"].astimezone(ZoneInfo(ZONE)).date() == after
    closing = {"fact": "commitment_steps", "commitment": "cp-hengli-6", "steps": ["verified", "waived"]}
    assert decision.closes_when == closing
    assert house.row(JULY_25, "view.deal", opportunity="series-a-hengli")["stage"] == "wired"


def test_5_to_6_a_promise_kept_becomes_points_of_the_pool(house: House) -> None:
    decision, contribution = house.handed_on("incentives.reward:m-043:", MARCH, NOW)
    assert (
        next(one for one in house.on(NOW).decisions if one.subject == "m-043" and one.kind == "reward").status
        == "executed"
    )
    assert Decimal(decision.value or 0) == Decimal(contribution["fair_value_minor"]) / 100  # a milestone counts once
    assert contribution["fact"] in house.community.facts.tables["attestations"]["contribution"]
    assert house.value(NOW, "dis.points", "wangchuan@h1-2026") == 450_000  # 13,200 of them are these


def test_3_to_5_the_companys_late_promise_is_a_step_on_its_own_ladder(house: House) -> None:
    decision, sanction = house.handed_on("value.undelivered:pilot-05:", MARCH, JUNE)
    assert (sanction["party"], sanction["level"], sanction["state"]) == ("qinglan", 1, "noticed")
    assert decision.closes_when == {"fact": "commitment_steps", "commitment": "pilot-05", "step": "delivered"}
    assert house.standing(MARCH, "incentives.project_step:pilot-05:") is not None
    assert house.standing(JUNE, "incentives.project_step:pilot-05:") is None
    assert house.row(JUNE, "view.promise", promise="pilot-05")["state"] == "kept_late"


def test_7_to_9_to_4_an_alert_is_one_card_with_owner_minutes_and_effect(house: House) -> None:
    start = "insight.next_best_action:kri_bridge/alert:"
    decision, act = house.handed_on(start, JULY, SEPTEMBER)
    assert [one.id for one in house.on(JULY).decisions if one.id.startswith(start)] == [decision.id]
    params = decision.message.params
    assert (params["owner"], params["minutes"], params["gain"]) == ("operator", "30", "5.0")
    assert {row["other"] for table, row in house.led(act["fact"]) if table == "interactions"} == {"p000012"}
    assert decision.closes_when == {"metric": "risk.cut_vertex", "subject": "community", "state": "green"}
    assert house.row(SEPTEMBER, "view.indicator", indicator="kri_bridge")["state"] == "green"


def test_4_to_2_an_answer_given_in_passing_renews_a_gate_at_once(house: House) -> None:
    decision, check = house.handed_on("interaction.ask_in_passing:p000011:", MAY_25, JULY_25)
    assert house.standing(MAY_25, "interaction.cooling:p000011:") is not None  # the talk that carries it
    renewed = check["recorded_at"].astimezone(ZoneInfo(ZONE)).isoformat()[:16]
    subject = f"{check['party']}@{check['gate']}"
    assert house.early(renewed, "scr.gate", subject) == house.value(JULY_25, "scr.gate", subject) == "pass"
    assert house.early("2025-05-30T08:30", "scr.gate", subject) == "pass"  # a year after the check before
    assert decision.measures[0].subject == subject


def test_4_to_2_other_talks_ask_what_somebody_can_do(house: House) -> None:
    asked = [one for one in house.on(NOW).decisions if one.kind == "ask_in_passing"]
    talks = {one.subject for one in house.on(NOW).decisions if one.kind in ("touch_due", "cooling")}
    assert {one.subject for one in asked} <= talks
    claims = [one for one in asked if (one.proposes or {})["table"] == "capabilities"]
    assert {one.proposes["need"] for one in claims if one.proposes} == {"grid_access"}  # what is covered least


def test_4_to_2_a_claim_made_in_passing_covers_a_need_at_once(house: House) -> None:
    start = "interaction.ask_in_passing:yunshan:"
    decision, claim = house.handed_on(start, NOVEMBER_24, MAY_25)
    assert (claim["party"], claim["need"], claim["basis"]) == ("yunshan", "capital", "claim")
    assert decision.measures[0].id == "scr.coverage"
    assert house.asked("2024-11-11T10:29", "yunshan")["need"] == "capital"
    assert house.asked("2024-11-11T10:31", "yunshan")["need"] != "capital"  # the talk is still due
    before, after = (house.early(moment, "scr.coverage") for moment in ("2024-11-11T10:29", "2024-11-11T10:31"))
    assert (round(before, 4), round(after, 4)) == (0.3807, 0.4)  # 3 of 14 points × 0.3 × 0.3


def test_4_to_2_who_cannot_help_is_not_asked_again_and_covers_nothing(house: House) -> None:
    _, claim = house.handed_on("interaction.ask_in_passing:p000016:", MARCH_23, JUNE)
    assert (claim["need"], claim["level"]) == ("fire_std", 0)
    assert house.asked("2026-03-23T10:01", "p000016")["table"] == "survey_answers"
    before, after = (house.early(moment, "scr.coverage") for moment in ("2026-03-23T09:59", "2026-03-23T10:01"))
    assert before == after


def test_4_to_3_a_job_weighed_in_passing_has_its_importance_at_once(house: House) -> None:
    wanted = house.asked("2026-03-23T10:04", "p000016")
    answers = house.community.facts.tables["survey_answers"]
    [answer] = answers.filter(pl.col("recorded_at") == read_moment("2026-03-23T10:05", ZONE)).to_dicts()
    assert {name: answer[name] for name in wanted if name != "table"} | {"table": wanted["table"]} == wanted
    assert answer["because"] is None  # a cause would name who answered
    job = f"{answer['subject']}@{answer['bucket']}"
    before, after = (house.early(moment, "val.opportunity", job) for moment in ("2026-03-23T10:04", "2026-03-23T10:06"))
    assert before is None  # four answers are not shown
    assert after == 14  # 8 of ten say that it matters, 2 that it is served: 8 + (8 − 2)
    assert house.asked("2026-03-23T10:06", "p000016")["subject"] != answer["subject"]


def test_5_to_8_silence_proposes_an_exit_until_it_is_decided(house: House) -> None:
    decision, row = house.handed_on("adjustment.exit:p000014:", FEBRUARY, MARCH)
    assert house.value(FEBRUARY, "rel.p_active", "p000014") < 0.2
    assert decision.pointer == "/adjustment/exit/propose_if/0"
    last = house.community.facts.tables["memberships"].filter(pl.col("party") == row["party"]).sort("occurred_at")
    assert last["state"][-1] == "alumni"


@pytest.mark.parametrize(
    ("start", "table"),
    [
        ("adjustment.reopen_need:fibre_supply:", "needs"),
        ("adjustment.settle_vesting:grant-p000014:", "holdings"),
        ("adjustment.stop_offers:p000014:", "commitment_steps"),
    ],
)
def test_8_to_2_6_3_an_exit_reopens_the_need_settles_the_options_and_stops_the_offers(
    house: House, start: str, table: str
) -> None:
    decision, _ = house.handed_on(start, MARCH, JUNE)
    assert (decision.proposes or {})["table"] == table
    assert "left-p000014" in decision.facts


def test_a_reopened_need_is_closed_when_it_is_covered_and_not_when_it_was_opened(house: House) -> None:
    start = "adjustment.reopen_need:fibre_supply:"
    stands = house.standing(APRIL, start)
    assert stands is not None
    assert stands.status == "confirmed"
    before, after = (house.row(day, "scr.redundancy", subject="fibre_supply") for day in (APRIL, JUNE))
    assert before["value"] < 0.5 <= after["value"]
    assert (before["n"], after["n"]) == (1, 2)


@pytest.mark.parametrize(("party", "reason"), [("wangchuan", "payout"), ("mulan-law", "help")])
def test_6_and_5_to_10_a_payout_and_unpaid_help_are_thanked(house: House, party: str, reason: str) -> None:
    decision, row = house.handed_on(f"culture.thanks_owed:{party}:", MARCH, JUNE)
    assert decision.message.id == f"culture.thanks_owed.{reason}"
    assert row["giver"] != row["party"]


def test_10_to_1_a_party_that_came_by_itself_moves_the_key_result_at_once(house: House) -> None:
    decision = house.standing(JULY, "culture.qualified:kesheng:")
    assert decision is not None
    deals = house.community.facts.tables["opportunities"]
    [qualified] = deals.filter(pl.col("fact").is_in(decision.facts), pl.col("party") == "kesheng").to_dicts()
    assert (qualified["stage"], qualified["source"], qualified["because"]) == (
        "qualified",
        "inbound",
        "question-kesheng",
    )
    key_result = house.standing(JULY, "goals.key_result:kr4:")
    assert key_result is not None
    assert {one.id for one in decision.measures} <= {one.id for one in key_result.measures}
    before, after = (house.early(moment, "brand.inbound_share") for moment in ("2026-07-20T10:59", "2026-07-20T11:01"))
    assert before < after
    assert house.standing(SEPTEMBER, "culture.qualified:kesheng:") is None


def test_8_to_all_an_adopted_charter_judges_from_its_day(house: House) -> None:
    decision, row = house.handed_on("adjustment.charter_change:a-project-v3:", APRIL, JUNE)
    assert row["occurred_at"] == row["effective_from"]
    versions = {
        moment: {
            one.version for one in house.on(moment).decisions if one.kind in ("key_result", "indicator", "forecast")
        }
        for moment in (APRIL, JUNE)
    }
    assert versions == {APRIL: {2}, JUNE: {3}}
    assert decision.proposal == "adjustment.run_again"
    voted, _ = house.handed_on("adjustment.vote_result:charter-v3:", VOTED, APRIL)
    assert voted.proposal == "adjustment.record_adopted"


def test_every_decision_that_a_fact_names_stood_before_the_fact_was_recorded(house: House) -> None:
    tables = house.community.facts.tables.values()
    facts = {fact for rows in tables for fact in rows["fact"]}
    named = [
        row
        for rows in tables
        for row in rows.filter(pl.col("because").is_not_null()).select("fact", "because", "recorded_at").iter_rows()
    ]
    stood = {moment: {one.id for one in house.on(moment).decisions} for moment in MOMENTS}
    missing = [
        (fact, because)
        for fact, because, recorded in named
        if because not in facts
        and not any(because in ids for moment, ids in stood.items() if read_moment(moment, ZONE) < recorded)
    ]
    assert missing == []


def test_today_is_ranked_by_what_the_key_results_gain_per_minute(cycle: Cycle) -> None:
    from tenfold.engine.today import today

    cards = today(cycle)
    assert len({one.subject.rpartition("/")[2] for one in cards}) >= 4  # deals, conditions, questions, alerts, gates
    worth = []
    for card in cards:
        assert card.cure is not None
        assert card.cure.unit == "probability"  # of the stage's goal: the one currency
        chance, minutes = (float(card.message.params[name].removesuffix(" %")) for name in ("chance", "minutes"))
        per_minute = chance / 100 * float(card.cure.value or 0) / minutes
        assert float(card.value or 0) <= 60 * per_minute * 1.02 + 1e-6  # less fatigue; the chance is shown rounded
        worth.append(float(card.value or 0))
    assert worth == sorted(worth, reverse=True)
    assert cards[0].subject == "nordvik/deal"
