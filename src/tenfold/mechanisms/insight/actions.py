"""The next best actions: what a minute of somebody's day is worth most for, in one currency for all of them.

Score = P(success) × what the stage's key results gain ÷ hours, less fatigue. What an act takes, how likely it succeeds
and what it is worth at least, the charter says. A card rests on views and measures of the other rooms, never on their
decisions. Part of the list explores, so that effects can be learned; which part follows from the charter and the day.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from tenfold.facts.consents import said_no
from tenfold.mechanisms.insight.day import REACHES_OUT, RULE, Action, Day, Worth
from tenfold.mechanisms.insight.payments import payments
from tenfold.terms.days import days_between, in_last
from tenfold.terms.decision import Cure, MeasureRef
from tenfold.terms.draft import NAMED, Draft, Fact, Measured, decision
from tenfold.terms.measure import write_number
from tenfold.terms.reason import Reason
from tenfold.terms.rules import Rules

SEEDED = "sha256"
COOLING_BELOW, DUE_ABOVE = 0.2, 1.0
FACTS = (  # in which a card's act is recorded
    "agreements",
    "alert_acts",
    "commitment_steps",
    "decision_acts",
    "gate_checks",
    "interactions",
    "payouts",
    "pools",
    "recognitions",
)
SIGNED_BY_TWO = ("distribution.payout", "distribution.pool")  # decisions that one person alone does not settle
NOTHING_TO_SIGN = ("exported", "receipted", "cancelled")  # pools that were handed over, or taken back
ABOUT_US = (*REACHES_OUT, "thanks")  # acts that contact somebody about the relationship: none after a no
OWED = ("hand_over", "arrival")  # money that people wait for: always on the list, and none of an operator's acts


def _out(member: str, **more: Any) -> Fact:
    return Fact("interactions", {"member": member, "direction": "out", **more})


def eligible(day: Day) -> Iterator[Action]:
    """Yield everything that could be done now; who said no is answered and served, but not approached.

    On a statutory holiday this is what falls due before the holiday is over.
    """
    unwanted = said_no(day.facts)
    kinds = (_deals, _relations, _questions, _promises, _silent_deals, _thanks, _signatures, payments, _alerts)
    found = (action for kind in kinds for action in kind(day) if not day.can_wait(action))
    return (action for action in found if action.kind not in ABOUT_US or action.subject not in unwanted)


def _deals(day: Day) -> Iterator[Action]:
    """Active deals of the round that nobody has talked about for `talk_after` and that no open condition holds up."""
    talks = dict(day.facts.read("interaction.rhythm").select("member", "last_on").iter_rows())
    stages = dict(day.facts.read("view.deal").select("opportunity", "stage").iter_rows())
    promises = day.facts.read("view.promise").filter(
        pl.col("source_kind") == "condition", pl.col("open") | pl.col("late")
    )
    held, quiet = {*promises["opportunity"]}, day.plan.talk_after.days
    for row in day.facts.read("goals.effect").sort("opportunity").iter_rows(named=True):
        deal, party = row["opportunity"], row["party"]
        last = talks.get(party)
        if row["now"] is None or deal in held or (last is not None and (day.today - last).days < quiet):
            continue
        since = day.contacts.get(party) or row["fact"]
        days = str((day.today - last).days) if last is not None else "–"
        closes = Measured("fund.p_close", deal, {"op": "==", "value": "1"})
        params = (("deal", deal), ("stage", stages.get(deal) or "–"), ("days", days))
        yield Action(
            "deal",
            party,
            since,
            (MeasureRef("fund.p_close", deal),),
            (row["fact"],),
            closes,
            _out(party),
            params=params,
        )


def _relations(day: Day) -> Iterator[Action]:
    """Contacts that are due, and relations that cool without being due."""
    due = day.facts.read("rel.overdue").filter(pl.col("value") > DUE_ABOVE).sort("subject")
    named = {*due["subject"]}
    cool = day.facts.read("rel.p_active").filter(pl.col("value") < COOLING_BELOW).sort("subject")
    rows = [("touch", "rel.overdue", row, "<=", DUE_ABOVE) for row in due.iter_rows(named=True)]
    rows += [
        ("cooling", "rel.p_active", row, ">=", COOLING_BELOW)
        for row in cool.iter_rows(named=True)
        if row["subject"] not in named
    ]
    for kind, measure, row, op, limit in rows:
        member = row["subject"]
        since = day.contacts.get(member) or day.memberships.get(member, "")
        closes = Measured(measure, member, {"op": op, "value": str(limit)})
        seen = (("value", f"{row['value']:.2f}"),)
        yield Action(kind, member, since, (MeasureRef(measure, member),), (since,), closes, _out(member), params=seen)


def _questions(day: Day) -> Iterator[Action]:
    rows = day.facts.read("interaction.clocks").filter(pl.col("direction") == "in", pl.col("replied_at").is_null())
    for row in rows.sort("due", "fact").iter_rows(named=True):
        member, fact = row["member"], row["fact"]
        closes = Fact("interactions", {"replies_to": fact})
        answer = _out(member, flags=["question_answered"], replies_to=fact)
        asked = (("asked", str(row["on"])), ("due", str(row["due"])), ("allowed", row["days"]))
        refs = (MeasureRef("rel.response_km", "community"),)
        yield Action("question", member, fact, refs, (fact,), closes, answer, params=asked, due=row["due"])


def _promises(day: Day) -> Iterator[Action]:
    """Offers of the project that are due or late, gates that run out, conditions of deals that are open."""
    project = day.rules.community.project or ""
    soon, renew = day.plan.promise_ahead.days, day.plan.gate_ahead.days
    left = days_between(pl.lit(day.today), "due_on")
    done = pl.col("state") == "kept_late"
    rows = day.facts.read("view.promise").filter(pl.col("open") | pl.col("late"), ~done).with_columns(left=left)
    offers = rows.filter(pl.col("source_kind") == "offer", pl.col("promisor") == project, pl.col("left") <= soon)
    gates = rows.filter(pl.col("source") == "gate", pl.col("left") <= renew)
    conditions = rows.filter(pl.col("source_kind") == "condition")
    parties = dict(day.facts.read("view.deal").filter("open").select("opportunity", "party").iter_rows())
    for row in offers.sort("promise").iter_rows(named=True):
        step = Fact("commitment_steps", {"commitment": row["promise"], "step": "delivered"})
        yield _promised(
            "offer", row["beneficiary"] or row["promise"], row, (MeasureRef("inc.kept_rate", project),), step
        )
    for row in gates.sort("promise").iter_rows(named=True):
        gate, _, party = row["promise"].partition("@")
        check = Fact("gate_checks", {"party": party, "gate": gate})
        own = row | {"promise": gate}  # its holder is the subject
        yield _promised("gate", party, own, (MeasureRef("scr.gate", f"{party}@{gate}"),), check)
    for row in conditions.sort("promise").iter_rows(named=True):
        deal = row["opportunity"]
        if deal in parties:
            step = Fact("commitment_steps", {"commitment": row["promise"], "step": "delivered"})
            yield _promised("condition", parties[deal], row, (MeasureRef("fund.p_close", deal),), step)


def _promised(
    kind: str, subject: str, row: Mapping[str, Any], measures: tuple[MeasureRef, ...], proposes: Fact
) -> Action:
    params = (("promise", row["promise"]), ("due", str(row["due_on"] or "–")))
    due = row["due_on"]
    return Action(kind, subject, row["fact"], measures, (row["fact"],), proposes, proposes, params=params, due=due)


def _silent_deals(day: Day) -> Iterator[Action]:
    """Deals that left the active pipeline because nobody heard of the party; who is said to have paid is not silent."""
    rows = day.facts.read("view.deal").filter("open", ~pl.col("active"), ~pl.col("said_received"))
    for row in rows.sort("opportunity").iter_rows(named=True):
        since = row["last_inbound"] or row["fact"]
        closes = Fact("interactions", {"member": row["party"], "direction": "in"})
        refs = (MeasureRef("fund.p_close", row["opportunity"]),)
        heard = row["silent"] is not None
        params = (*([("days", str(row["silent"]))] if heard else []), ("deal", row["opportunity"]))
        said = "" if heard else "deal_never"
        out = _out(row["party"])
        yield Action("deal_silent", row["party"], since, refs, (since,), closes, out, params=params, said=said)


def _thanks(day: Day) -> Iterator[Action]:
    """Payouts received within `thanks_within` after which nobody thanked the party."""
    rows = day.facts.rows("recognitions").filter(pl.col("giver") != pl.col("party"))
    thanked = dict(rows.group_by("party").agg(pl.col("on").max()).iter_rows())
    recent = in_last(day.plan.thanks_within.days, "on", pl.lit(day.today))
    paid = day.facts.now("payouts").filter(pl.col("state") == "receipted", recent).sort("party", "on", "fact")
    first = paid.filter([on > thanked.get(party, date.min) for party, on in paid.select("party", "on").iter_rows()])
    for row in first.unique("party", keep="first", maintain_order=True).iter_rows(named=True):
        party, fact = row["party"], row["fact"]
        closes = Fact("recognitions", {"party": party})
        act = Fact("recognitions", {"party": party, "kind": "thanks"})
        refs = (MeasureRef("cul.recognition_equality", "community"),)
        yield Action("thanks", party, fact, refs, (fact,), closes, act, params=(("on", str(row["on"])),))


def _signatures(day: Day) -> Iterator[Action]:
    """What one person confirmed and a second must: payouts; and agreements signed by one side."""
    pools = day.facts.now("pools")
    over = pools.filter(pl.col("state").is_in(NOTHING_TO_SIGN))["pool"].to_list()
    kind, about = (pl.col("decision").str.split(":").list.get(part, null_on_oob=True) for part in (0, 1))
    acts = day.facts.rows("decision_acts").filter(pl.col("act") == "confirm", kind.is_in(SIGNED_BY_TWO))
    acts = acts.filter(~about.str.split("@").list.last().is_in(over))
    once = acts.group_by("decision").agg(
        people=pl.col("by").n_unique(),
        fact=pl.col("fact").min(),
        by=pl.col("by").min(),
        sha256=pl.col("proposal_sha256").sort_by("occurred_at", "fact").last(),
    )
    for id, people, fact, by, sha256 in once.sort("decision").iter_rows():
        if people == 1:
            subject = id.split(":")[1]
            closes = Fact("decision_acts", {"decision": id})
            act = Fact("decision_acts", {"decision": id, "act": "confirm"})
            if sha256 is not None:  # both sign the same
                act = replace(act, cells={**act.cells, "proposal_sha256": sha256})
            yield Action(
                "second_signature", subject, fact, (), (fact,), closes, act, params=(("what", subject), ("by", by))
            )
    agreements = day.facts.now("agreements").filter(pl.col("state") == "part_signed")
    for row in agreements.sort("agreement").iter_rows(named=True):
        closes = Fact("agreements", {"agreement": row["agreement"], "state": "in_force"})
        act = Fact("agreements", {"agreement": row["agreement"], "state": "in_force"})
        refs = (MeasureRef("agr.unsigned", "community"),)
        what = (("what", row["agreement"]), ("by", row["party"]))
        yield Action("second_signature", row["party"], row["fact"], refs, (row["fact"],), closes, act, params=what)


def _alerts(day: Day) -> Iterator[Action]:
    """7 → 9: indicators that are not green and on which nobody has acted since."""
    states = {row["indicator"]: row for row in day.facts.read("view.indicator").iter_rows(named=True)}
    acted = day.facts.rows("alert_acts").filter(pl.col("act").is_in(["act", "clear", "shelve", "false"]))
    last = dict(acted.sort("occurred_at", "fact").select("alert", "occurred_at").iter_rows())
    gains = day.plan.alert_gain.model_dump()  # state → what it is worth to leave it
    for one in day.rules.risk.indicators:
        row = states.get(one.id)
        if row is None or row["state"] not in gains:
            continue
        since = row["standing"]
        times = [at for alert, at in last.items() if alert == one.id or f":{one.id}:" in alert]
        if any(row["before"] or at >= row["since"] for at in times):
            continue
        closes = Measured(one.metric, "community", {"state": "green"})
        act = Fact("alert_acts", {"alert": f"risk.alert:{one.id}:{since}", "act": "act"})
        params = (("owner", one.owner or "–"), ("state", row["state"]))
        refs = (MeasureRef(one.metric, "community"),)
        gain, of = float(gains[row["state"]]), (f"{RULE}/alert_gain/{row['state']}",)
        yield Action("alert", one.id, since, refs, (), closes, act, gain, params, settings=of)


def _indicators(rules: Rules) -> tuple[str, ...]:
    return tuple(one.metric for one in rules.risk.indicators)


@decision(
    "insight.next_best_action",
    of=Day,
    reads=(
        "agreements",
        "alert_acts",
        "decision_acts",
        "goals.effect",
        "ins.acts_dismissed",
        "ins.acts_done",
        "interaction.clocks",
        "interaction.last_substantive",
        "interaction.rhythm",
        "payouts",
        "pool.waiting",
        "pools",
        "recognitions",
        "rel.overdue",
        "rel.p_active",
        "rel.reached_out",
        "risk.key_person",
        "role_terms",
        "view.consent",
        "view.deal",
        "view.indicator",
        "view.member",
        "view.promise",
    ),
    named=_indicators,
    hands_on=FACTS,
    closes=(*FACTS, "fund.p_close", "rel.overdue", "rel.p_active", NAMED),
)
def next_best_action(day: Day) -> Iterator[Draft]:
    """Yield the day's list: the best by score with all that is owed to people, and the part that explores."""
    plan = day.plan
    operators = day.facts.now("role_terms").filter(pl.col("role") == "operator", pl.col("until") >= day.today)
    room = plan.max_per_operator_per_day * max(1, operators["party"].n_unique())
    explored = int(room * float(plan.explore_pct) / 100 + 0.5)
    best: dict[tuple[str, str], tuple[float, Action]] = {}
    for action in eligible(day):
        key, score = (f"{action.subject}/{action.kind}", action.since), day.score(action)
        if score > 0 and (key not in best or best[key][0] < score):
            best[key] = (score, action)
    ranked = sorted(best.values(), key=_place)
    owed = [item for item in ranked if item[1].kind in OWED]
    others = [item for item in ranked if item[1].kind not in OWED]
    top = others[: max(0, room - explored)]
    seed = f"{day.rules.charter.id}/{day.rules.charter.version}/{day.today}"
    rest = sorted(others[len(top) :], key=lambda item: _drawn(seed, item[1]))
    yield from (_card(day, score, action, "") for score, action in sorted([*owed, *top], key=_place))
    yield from (_card(day, score, action, seed) for score, action in rest[:explored])


def _place(item: tuple[float, Action]) -> tuple[float, str, str]:
    """Return the place of an act by its score; of acts of one score by whom and since when."""
    score, action = item
    return -round(score, 9), f"{action.subject}/{action.kind}", action.since


def _drawn(seed: str, action: Action) -> str:
    """Return the place in the draw: the same for the same charter and day, whatever else is eligible."""
    return hashlib.new(SEEDED, f"{seed}/{action.kind}/{action.subject}/{action.since}".encode()).hexdigest()


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %"


def _card(day: Day, score: float, action: Action, seed: str) -> Draft:
    worth = day.worth(action)
    effect = worth.effect
    subject = f"{action.subject}/{action.kind}"
    cure = Reason(f"insight.cure.{action.kind}", {"subject": action.subject, **dict(action.params)})
    params: dict[str, Any] = {
        "subject": action.subject,
        "minutes": str(day.plan.effort.of(action.kind).minutes),
        "chance": _percent(worth.chance),
        "gain": f"{100 * worth.gain:.1f}",
        "seed": seed,
    }
    params |= dict(action.params)
    if effect is not None:
        params |= {name: _percent(effect[name]) for name in ("now", "wired", "lost")}
    tired = (MeasureRef("rel.reached_out", action.subject),) if day.fatigue(action) else ()
    refs = dict.fromkeys((*action.measures, MeasureRef("ins.act_chance", action.kind), *worth.measures, *tired))
    variant = ("plain" if effect is None else "deal") + (".explore" if seed else "")
    return (
        Draft("next_best_action", subject, action.since)
        .says(f"insight.action.{action.said or action.kind}.{variant}", params)
        .asks_for(f"insight.do.{action.kind}", "snooze", "dismiss")
        .follows(f"{RULE}/effort/{action.kind}")
        .counts(write_number(round(score, 6), 6), "number")
        .rests_on(*(refs), facts=action.facts)
        .made_of(*_settings(day, action, worth))
        .cured_by(Cure(cure, write_number(round(worth.gain, 6), 6), "probability"))
        .closes(action.closes)
        .hands_on(action.proposes)
    )


def _settings(day: Day, action: Action, worth: Worth) -> tuple[str, ...]:
    """Return the places of the charter beside the act's effort that the score is made of."""
    prior = (f"{RULE}/prior_strength",) if any(day.record[action.kind]) else ()
    tired = ("/interaction/fatigue_cap",) if day.fatigue(action) else ()
    return (*worth.settings, *prior, *tired)
