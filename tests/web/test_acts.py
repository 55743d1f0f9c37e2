"""Acts: who may, what stands against them, and what they write."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.web.acting import at_once, caught_up, refused, standing

from tenfold.terms.errors import Refused
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.viewers import NotHere, Viewer
from tenfold.web.services import charters, clocks, deals, decisions, people, pools, promises, seats, talks, undoing
from tenfold.web.services.acting import Actor
from tenfold.web.services.invitations import Wanted, begin, invited, join
from tenfold.web.services.papers import Paper
from tenfold.web.store.accounts import Account, Accounts, Seat
from tenfold.web.store.append import Author, writing
from tenfold.web.store.communities import CharterDraft, CharterText, Community
from tenfold.web.store.current import counting, current
from tenfold.web.store.declared import MODELS
from tenfold.web.store.folders import take_in
from tenfold.web.store.results import DecisionResult

Seated = Callable[[str], Viewer]
PREVIEW = "a" * 64
DUE = datetime(2026, 12, 1, tzinfo=UTC)


def rows(community: Community, table: str, **wanted: str) -> list[dict[str, object]]:
    return list(counting(community, table).filter(**wanted).order_by("recorded_at").values())


def test_a_question_is_answered_once(community: Community, viewer_of: Seated) -> None:
    done = talks.ask(Actor(viewer_of("zhou")), member="zhou", channel="call")
    (asked,) = done.facts
    talks.answer(Actor(viewer_of("op")), question=asked, channel="message", because=asked)
    (answer,) = rows(community, "interactions", replies_to=asked)
    assert (answer["member"], answer["direction"], answer["flags"]) == ("zhou", "out", ["question_answered"])
    assert answer["because"] == asked
    with refused("acts.answered"):
        talks.answer(Actor(viewer_of("op")), question=asked, channel="message")
    with refused("acts.no_question"):
        talks.answer(Actor(viewer_of("op")), question="talk-lin-02-out", channel="message")


def test_members_record_for_themselves_alone(community: Community, viewer_of: Seated) -> None:
    with refused("acts.only_own"):
        talks.ask(Actor(viewer_of("zhou")), member="lin", channel="call")
    with refused("acts.not_allowed"):
        talks.log_talk(Actor(viewer_of("zhou")), members=["zhou"], channel="call")
    with refused("acts.only_own"):
        promises.make_promise(Actor(viewer_of("zhou")), party="lin", what="x")
    promises.make_promise(Actor(viewer_of("zhou")), party="zhou", what="introduce a bank", due_at=DUE)


def test_a_promise_goes_its_way(community: Community, viewer_of: Seated) -> None:
    lin, gu, op, fin = (Actor(viewer_of(party)) for party in ("lin", "gu", "op", "fin"))
    with refused("acts.promise_state"):
        promises.verify(gu, commitment="sample")
    promises.accept(lin, commitment="sample")
    with refused("acts.promise_state"):
        promises.accept(lin, commitment="sample")
    with refused("acts.own_promise"):
        promises.extend(lin, commitment="sample", due_at=DUE, reason="late parts")
    with refused("acts.not_later"):
        promises.extend(gu, commitment="sample", due_at=datetime(2026, 10, 1, tzinfo=UTC), reason="earlier")
    promises.extend(gu, commitment="sample", due_at=DUE, reason="late parts")
    promises.private_word(gu, commitment="sample")
    with refused("acts.word_had"):
        promises.private_word(gu, commitment="sample")
    promises.deliver(lin, commitment="sample")
    with refused("acts.own_promise"):
        promises.verify(lin, commitment="sample")
    with refused("acts.verifier"):
        promises.verify(fin, commitment="sample")
    promises.reject(gu, commitment="sample", reason="wrong size")
    promises.deliver(op, commitment="sample")
    promises.verify(gu, commitment="sample")
    with refused("acts.promise_state"):
        promises.excuse(fin, commitment="sample", reason="too late for that")
    steps = [row["step"] for row in rows(community, "commitment_steps", commitment="sample")]
    assert steps == ["accepted", "extended", "private_word", "delivered", "rejected", "delivered", "verified"]


@pytest.mark.parametrize("end", [promises.excuse, promises.waive])
def test_a_promise_is_released_by_somebody_else_and_once(
    community: Community, viewer_of: Seated, end: Callable[..., object]
) -> None:
    with refused("acts.not_allowed"):
        end(Actor(viewer_of("op")), commitment="sample", reason="flood")
    end(Actor(viewer_of("fin")), commitment="sample", reason="flood")
    with refused("acts.promise_state"):
        promises.breach(Actor(viewer_of("fin")), commitment="sample", reason="late")


def test_who_promises_does_not_verify(community: Community, viewer_of: Seated) -> None:
    with refused("acts.verifier_is_promisor"):
        promises.make_promise(Actor(viewer_of("op")), party="lin", what="x", verifier="lin")


def test_a_deal_moves_by_evidence_or_as_a_claim(community: Community, viewer_of: Seated) -> None:
    fin = Actor(viewer_of("fin"))
    with refused("acts.nothing_new"):
        deals.move_deal(fin, opportunity="a-zhou", stage="committed")
    deals.move_deal(fin, opportunity="a-zhou", stage="signed")
    deals.move_deal(fin, opportunity="a-zhou", stage="wired")
    with refused("acts.deal_over"):
        deals.move_deal(fin, opportunity="a-zhou", stage="signed")
    (deal,) = current(community, "opportunities", opportunity=["a-zhou"])
    assert (deal["stage"], deal["amount_minor"], deal["party"]) == ("wired", 765432109, "zhou")


def test_money_is_recorded_by_finance_and_is_some(community: Community, viewer_of: Seated) -> None:
    paid = {"payer": "zhou", "payee": "us", "currency": "CNY", "purpose": "investment"}
    with refused("acts.not_allowed"):
        deals.record_money(Actor(viewer_of("op")), amount_minor=1, **paid)
    for amount in (0, -1):
        with refused("acts.amount"):
            deals.record_money(Actor(viewer_of("fin")), amount_minor=amount, **paid)
    deals.record_money(Actor(viewer_of("fin")), amount_minor=1, reference="July", **paid)
    (money,) = current(community, "cash_movements", payer=["zhou"])
    assert (money["amount_minor"], money["reference"]) == (1, "July")


def test_a_link_is_proposed_by_one_and_confirmed_by_compliance(community: Community, viewer_of: Seated) -> None:
    link = {"party": "zhou", "other": "chen", "relation": "acts_in_concert"}
    (proposed,) = deals.propose_link(Actor(viewer_of("op")), **link).facts
    with refused("acts.not_allowed"):
        deals.confirm_link(Actor(viewer_of("op")), link=proposed)
    deals.confirm_link(Actor(viewer_of("comp")), link=proposed)
    with refused("acts.confirmed"):
        deals.confirm_link(Actor(viewer_of("comp")), link=proposed)
    (own,) = deals.propose_link(Actor(viewer_of("comp")), **link).facts
    with refused("acts.own_proposal"):
        deals.confirm_link(Actor(viewer_of("comp")), link=own)


def test_a_decision_is_made_once_over_what_was_seen(community: Community, viewer_of: Seated) -> None:
    said = standing(community, "value.undelivered:lin:x", "lin")
    fin = Actor(viewer_of("fin"))
    with refused("acts.superseded"):
        decisions.confirm(fin, decision=said["id"], seen="0" * 64)
    with refused("acts.not_later"):
        decisions.snooze(fin, decision=said["id"], until=datetime(2026, 9, 19, tzinfo=UTC))
    decisions.snooze(fin, decision=said["id"], until=DUE)
    decisions.confirm(fin, decision=said["id"], seen=decisions.digest_of(said))
    with refused("acts.settled"):
        decisions.override(fin, decision=said["id"], seen=decisions.digest_of(said), reason="no")
    with refused("acts.gone"):
        decisions.dismiss(fin, decision="value.undelivered:zhou:x", reason="no")


def test_some_decisions_are_for_a_few_and_none_about_oneself(community: Community, viewer_of: Seated) -> None:
    admit = standing(community, "screening.admit:wang:x", "wang")
    with refused("acts.not_allowed"):
        decisions.confirm(Actor(viewer_of("op")), decision=admit["id"], seen=decisions.digest_of(admit))
    decisions.confirm(Actor(viewer_of("gu")), decision=admit["id"], seen=decisions.digest_of(admit))
    own = standing(community, "value.undelivered:fin:x", "fin")
    with refused("acts.about_oneself"):
        decisions.dismiss(Actor(viewer_of("fin")), decision=own["id"], reason="mine")
    payout = standing(community, "distribution.payout:lin@h1:x", "lin@h1")
    with refused("acts.pool_whole"):
        decisions.confirm(Actor(viewer_of("fin")), decision=payout["id"], seen="")


def test_an_alert_goes_its_way(community: Community, viewer_of: Seated) -> None:
    alert = standing(community, "risk.alert:top1:x", "top1")["id"]
    op = Actor(viewer_of("op"))
    with refused("acts.alert_state"):
        decisions.handle_alert(op, alert=alert, step="clear", reason="gone")
    decisions.handle_alert(op, alert=alert, step="own")
    with refused("acts.reason"):
        decisions.handle_alert(op, alert=alert, step="shelve", until=DUE)
    decisions.handle_alert(op, alert=alert, step="act")
    decisions.handle_alert(op, alert=alert, step="clear", reason="another investor came in")
    with refused("acts.alert_state"):
        decisions.handle_alert(op, alert=alert, step="act")


def previewed(community: Community, viewer_of: Seated) -> str:
    """Preview the pool, as a cycle would compute it; return the digest of the preview."""
    pools.preview(Actor(viewer_of("fin")), pool="h1")
    standing(community, "distribution.pool:h1:pool-1", "h1", proposal_sha256=PREVIEW)
    for party, amount in (("lin", "333.34"), ("wang", "666.66")):
        proposed = {"pool": "h1", "party": party, "amount": amount, "currency": "CNY", "because": "pool-1"}
        standing(community, f"distribution.payout:{party}@h1:pool-1", f"{party}@h1", proposes=proposed)
    return PREVIEW


def test_a_pool_needs_two_people_over_one_preview(community: Community, viewer_of: Seated) -> None:
    fin, gu, op = (Actor(viewer_of(party)) for party in ("fin", "gu", "op"))
    seen = previewed(community, viewer_of)
    with refused("acts.not_allowed"):
        pools.approve(op, pool="h1", seen=seen)
    with refused("acts.superseded"):
        pools.approve(fin, pool="h1", seen="0" * 64)
    pools.approve(fin, pool="h1", seen=seen)
    with refused("acts.numbers_follow"):
        pools.approve(gu, pool="h1", seen=seen)
    caught_up(community)
    with refused("acts.signed_already"):
        pools.approve(fin, pool="h1", seen=seen)
    with refused("acts.signature_missing"):
        pools.export(fin, pool="h1")
    pools.approve(gu, pool="h1", seen=seen)
    paid = rows(community, "payouts", pool="h1", state="approved")
    assert sorted((row["party"], row["amount_minor"]) for row in paid) == [("lin", 33334), ("wang", 66666)]
    signed = rows(community, "decision_acts", decision="distribution.pool:h1:pool-1", act="confirm")
    assert [(row["by"], row["proposal_sha256"]) for row in signed] == [("fin", seen), ("gu", seen)]
    pools.export(fin, pool="h1")
    with refused("acts.pool_state"):
        pools.export(fin, pool="h1")


def handed_over(community: Community, viewer_of: Seated) -> Actor:
    """Sign the pool twice and hand it over; return who said so."""
    fin, gu = Actor(viewer_of("fin")), Actor(viewer_of("gu"))
    seen = previewed(community, viewer_of)
    for signer in (fin, gu):
        caught_up(community)
        pools.approve(signer, pool="h1", seen=seen)
    pools.export(fin, pool="h1")
    return fin


def standings(community: Community) -> tuple[str, dict[str, str]]:
    """How the pool stands, and each of its payouts."""
    (pool,) = current(community, "pools", pool=["h1"])
    return pool["state"], {row["party"]: row["state"] for row in current(community, "payouts", pool=["h1"])}


def test_a_pool_is_paid_once_the_last_payment_arrived(community: Community, viewer_of: Seated) -> None:
    with refused("acts.pool_state"):
        pools.settle(Actor(viewer_of("fin")), pool="h1", state="receipted", parties=["lin"])
    fin = handed_over(community, viewer_of)
    settle = partial(pools.settle, fin, pool="h1")
    for wrong, parties in (("acts.no_payout", []), ("acts.unknown", ["zhou"]), ("acts.unknown", ["lin", "zhou"])):
        with refused(wrong):
            settle(state="receipted", parties=parties)
    with refused("acts.not_allowed"):
        pools.settle(Actor(viewer_of("gu")), pool="h1", state="receipted", parties=["lin"])
    with refused("acts.payout_state"):
        settle(state="exported", parties=["lin"])
    before = datetime(2026, 9, 1, tzinfo=UTC)
    paper = Paper("bank_receipt", place="the vault")
    settle(state="receipted", parties=["lin", "lin"], at=before, papers=[paper])
    assert standings(community) == ("exported", {"lin": "receipted", "wang": "exported"}), "known late, said last"
    (arrived,) = rows(community, "payouts", state="receipted")
    (exported,) = rows(community, "payouts", state="exported", party="lin")
    assert (arrived["because"], arrived["amount_minor"]) == (exported["fact"], 33334)
    assert [row["place"] for row in rows(community, "documents", document=arrived["evidence"][0])] == ["the vault"]
    with refused("acts.payout_state"):
        settle(state="receipted", parties=["lin", "wang"])
    settle(state="receipted", parties=["wang"])
    assert standings(community) == ("receipted", {"lin": "receipted", "wang": "receipted"})
    (paid,) = rows(community, "pools", state="receipted")
    assert [row["fact"] for row in rows(community, "payouts", party="wang", state="exported")] == [paid["because"]]


def test_money_that_comes_back_is_handed_over_once_more(community: Community, viewer_of: Seated) -> None:
    fin = handed_over(community, viewer_of)
    settle = partial(pools.settle, fin, pool="h1")
    settle(state="receipted", parties=["lin"])
    settle(state="returned", parties=["wang"])
    assert standings(community) == ("exported", {"lin": "receipted", "wang": "returned"})
    with refused("acts.payout_state"):
        settle(state="receipted", parties=["wang"])
    settle(state="exported", parties=["wang"])
    done = settle(state="receipted", parties=["wang"])
    assert standings(community)[0] == "receipted"
    undoing.undo(fin, facts=done.facts)
    assert standings(community) == ("exported", {"lin": "receipted", "wang": "exported"})
    settle(state="receipted", parties=["wang"])
    settle(state="returned", parties=["lin"])
    assert standings(community) == ("exported", {"lin": "returned", "wang": "receipted"}), "the pool is open again"


def test_the_second_signs_what_the_first_has_signed(community: Community, viewer_of: Seated) -> None:
    seen = previewed(community, viewer_of)
    pools.approve(Actor(viewer_of("fin")), pool="h1", seen=seen)
    DecisionResult.rows.of(community).filter(kind="pool").delete()
    standing(community, "distribution.pool:h1:pool-1", "h1", proposal_sha256="b" * 64)
    with refused("acts.superseded"):
        pools.approve(Actor(viewer_of("gu")), pool="h1", seen=seen)
    with refused("acts.other_preview"):
        pools.approve(Actor(viewer_of("gu")), pool="h1", seen="b" * 64)
    assert rows(community, "payouts", pool="h1", state="approved") == []


def test_two_people_of_one_office_are_not_enough(community: Community, viewer_of: Seated) -> None:
    fin = Actor(viewer_of("fin"))
    seen = previewed(community, viewer_of)
    pools.approve(fin, pool="h1", seen=seen)
    term = {"role": "finance", "until": DUE.date()}
    with writing(community, Author("op")) as writer:
        writer.add("role_terms", party="fou", **term)
    caught_up(community)
    with refused("acts.other_office"):
        pools.approve(Actor(viewer_of("fou")), pool="h1", seen=seen)


def test_eight_signatures_of_one_person_are_one(community: Community, viewer_of: Seated) -> None:
    seen = previewed(community, viewer_of)
    actors = [Actor(viewer_of("fin"), once=f"tap-{number}") for number in range(8)]
    came = at_once([lambda actor=actor: pools.approve(actor, pool="h1", seen=seen) for actor in actors])
    assert sorted(came) == ["acts.numbers_follow"] * 7 + ["done"]
    assert len(rows(community, "pools", pool="h1", state="approved")) == 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # where two communities are written at once
def test_an_address_that_two_communities_invite_gets_one_account(
    community: Community, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = take_in(folder, "other", Author("import:other"))
    links = [invited(Wanted("mei@example.org", "en", one, "lin", "fin"))[1] for one in (community, other)]
    both, made = Barrier(2), Accounts.create_user

    def once_both_looked(*args: Any, **fields: Any) -> Account:
        both.wait(10)
        return made(*args, **fields)

    monkeypatch.setattr(Accounts, "create_user", once_both_looked)
    came = at_once([partial(begin, link, "the wind carries the seeds") for link in links])
    assert sorted(came) == ["done", "entrance.has_account"]
    join(links[came.index("entrance.has_account")], Account.objects.get(email="mei@example.org"))
    assert Seat.objects.filter(account__email="mei@example.org").count() == 2


def test_the_same_request_five_times_has_one_effect(community: Community, viewer_of: Seated) -> None:
    actor = Actor(viewer_of("op"), once="key-1")
    came = [talks.log_talk(actor, members=["lin"], channel="call", minutes=20) for _ in range(5)]
    assert len({done.facts for done in came}) == 1
    assert MODELS["interactions"].rows.of(community).filter(minutes=20).count() == 1
    with refused("acts.other_under_key"):
        talks.log_talk(actor, members=["lin"], channel="call", minutes=30)
    together = [Actor(viewer_of("op"), once="key-2") for _ in range(5)]
    came = at_once(
        [lambda one=one: talks.log_talk(one, members=["zhou"], channel="call", minutes=7) for one in together]
    )
    assert came == ["done"] * 5
    assert MODELS["interactions"].rows.of(community).filter(minutes=7).count() == 1


def test_undo_withdraws_and_erases_nothing(community: Community, viewer_of: Seated) -> None:
    op = Actor(viewer_of("op"))
    done = talks.log_talk(op, members=["lin", "zhou"], channel="call", minutes=25)
    with refused("acts.undo_others"):
        undoing.undo(Actor(viewer_of("fin")), facts=done.facts)
    undoing.undo(op, facts=done.facts)
    assert not counting(community, "interactions").filter(minutes=25).exists()
    assert MODELS["interactions"].rows.of(community).filter(minutes=25).count() == 4
    with pytest.raises(Refused) as twice:
        undoing.undo(op, facts=done.facts)
    assert {complaint.id for complaint in twice.value.complaints} == {"facts.corrects.twice"}


def test_an_act_is_taken_back_as_a_whole(community: Community, viewer_of: Seated) -> None:
    op = Actor(viewer_of("op"))
    before = talks.log_talk(op, members=["lin"], channel="call", minutes=24)
    done = talks.log_talk(op, members=["lin", "zhou", "wang"], channel="call", minutes=25)
    for part in (done.facts[:1], done.facts[1:2], done.facts[1:], (done.facts[0], done.facts[2])):
        with refused("acts.undo_part"):
            undoing.undo(op, facts=part)
    undoing.undo(op, facts=[*done.facts, *before.facts])
    assert not counting(community, "interactions").filter(minutes__in=[24, 25]).exists()


def test_a_signature_taken_back_takes_its_payouts_along(community: Community, viewer_of: Seated) -> None:
    fin, gu = Actor(viewer_of("fin")), Actor(viewer_of("gu"))
    seen = previewed(community, viewer_of)
    pools.approve(fin, pool="h1", seen=seen)
    caught_up(community)
    pools.approve(gu, pool="h1", seen=seen)
    (signature,) = counting(community, "decision_acts").filter(by="gu").values_list("fact", flat=True)
    with refused("acts.undo_part"):  # else a second signature would pay everybody twice
        undoing.undo(gu, facts=[signature])
    assert len(rows(community, "payouts", pool="h1", state="approved")) == 2


def test_what_others_rest_on_stays(community: Community, viewer_of: Seated) -> None:
    op = Actor(viewer_of("op"))
    made = people.add_party(op, type="person", name="钱多")
    (party,) = counting(community, "parties").filter(fact__in=made.facts).values_list("party", flat=True)
    talk = talks.log_talk(Actor(viewer_of("fin")), members=[party], channel="call", minutes=5)
    with refused("acts.undo_followed"):
        undoing.undo(op, facts=made.facts)
    undoing.undo(Actor(viewer_of("fin")), facts=talk.facts)
    undoing.undo(op, facts=made.facts)
    link = deals.propose_link(op, party="zhou", other="chen", relation="acts_in_concert")
    deals.confirm_link(Actor(viewer_of("comp")), link=link.facts[0])
    with refused("acts.undo_followed"):
        undoing.undo(op, facts=link.facts)


def test_who_was_shut_out_meanwhile_or_is_no_member_any_more_writes_nothing(
    community: Community, viewer_of: Seated
) -> None:
    fin, gu, fou = viewer_of("fin"), viewer_of("gu"), viewer_of("fou")
    assert may(gu, Act.APPOINT)  # so their page found, before it was their turn
    assert may(fou, Act.LOG_TALK)
    seats.shut_out(Actor(fin), party="gu")
    with pytest.raises(NotHere):
        seats.appoint(Actor(gu), party="zhou", role="council")
    with writing(community, Author("fin")) as writer:
        writer.add("memberships", **{"class": "founder"}, party="fou", state="alumni", reason="moved")
    with refused("acts.not_allowed"):
        talks.log_talk(Actor(fou), members=["lin"], channel="call", minutes=5)


def test_the_time_of_an_act_is_that_of_its_turn(community: Community, viewer_of: Seated) -> None:
    op = viewer_of("op")
    clocks.next_day(community)
    done = talks.log_talk(Actor(op), members=["lin"], channel="call", minutes=5)
    moved = Community.objects.get(pk=community.pk)
    (row,) = rows(moved, "interactions", fact=done.facts[0])
    assert row["occurred_at"] == moved.clock


def test_what_has_not_happened_is_no_fact(community: Community, viewer_of: Seated) -> None:
    op = Actor(viewer_of("op"))
    clock = community.clock
    assert clock is not None
    talks.log_talk(op, members=["lin"], channel="call", at=clock)
    with refused("acts.future"):
        talks.log_talk(op, members=["lin"], channel="call", at=clock + timedelta(days=1))
    with refused("acts.future_hour"):
        talks.log_talk(op, members=["lin"], channel="call", at=clock + timedelta(seconds=1))
    with pytest.raises(Refused) as found:
        talks.log_talk(op, members=["lin"], channel="call", at=clock + timedelta(minutes=40))
    zone = ZoneInfo("Asia/Shanghai")
    seen, now = (clock + timedelta(minutes=40)).astimezone(zone), clock.astimezone(zone)
    assert found.value.complaints[0].params == {"seen": f"{seen:%Y-%m-%d %H:%M}", "now": f"{now:%H:%M}"}


def test_a_charter_change_is_proposed_for_days_to_come(community: Community, viewer_of: Seated) -> None:
    text = bytes(CharterText.rows.of(community).get().content)
    gu = Actor(viewer_of("gu"))
    with refused("acts.charter_version"):
        charters.propose_charter(gu, content=text, body="charter")
    second = text.replace(b"version: 1", b"version: 2")
    with refused("acts.charter_back"):
        charters.propose_charter(gu, content=second, body="charter")
    later = second.replace(b"effective_from: 2020-01-01", b"effective_from: 2026-12-01")
    charters.propose_charter(gu, content=later, body="charter")
    (draft,) = CharterDraft.rows.of(community)
    (version,) = current(community, "charter_versions")
    assert (version["state"], version["sha256"]) == ("draft", draft.sha256)
    assert CharterText.rows.of(community).count() == 1


def test_somebody_new_has_a_key_that_is_no_name(community: Community, viewer_of: Seated) -> None:
    people.add_party(Actor(viewer_of("op")), type="person", name="王工", member_class="partner", source="event")
    (member,) = current(community, "memberships", party=["p000001"])
    (party,) = current(community, "parties", party=["p000001"])
    assert (party["name"], member["class"], member["state"]) == ("王工", "partner", "suggested")
