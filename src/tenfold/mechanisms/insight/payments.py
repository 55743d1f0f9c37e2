"""Cards of money that was approved and has not reached people yet: nobody has to remember it."""

from collections.abc import Iterator

import polars as pl

from tenfold.mechanisms.insight.day import Action, Day
from tenfold.terms.draft import Fact

# What waits with a pool → the fact that is next: a pool that is handed over, a payout that goes again or arrived.
NEXT_OF_PAYMENT = {
    "hand_over": ("pools", "exported"),
    "hand_again": ("payouts", "exported"),
    "arrival": ("payouts", "receipted"),
}
NAMED_MOST = 8  # facts that a card rests on


def payments(day: Day) -> Iterator[Action]:
    """Payouts that nobody handed over, that came back, or of which nothing is known for `answer_within`: a card a pool.

    Its fact is the newest of them, so that a card that was put away comes again when one more waits.
    """
    rows = day.facts.read("pool.waiting").sort("pool", "what", "currency", "on", "since", "party")
    waits = day.plan.answer_within
    answered_by = pl.Series([day.rules.calendar.add(on, waits) for on in rows["on"]], dtype=pl.Date)
    due = rows.filter((pl.col("what") != "arrival") | (answered_by <= day.today))
    for (pool, what, currency), own in due.group_by("pool", "what", "currency", maintain_order=True):
        table, state = NEXT_OF_PAYMENT[str(what)]
        act = Fact(table, {"pool": pool, "state": state})
        params = (
            ("amount", day.amount(int(own["amount_minor"].sum()), str(currency))),
            ("currency", str(currency)),
            ("count", str(own.height)),
            ("on", str(own["on"][0])),
        )
        facts = tuple(own["since"].unique(maintain_order=True).tail(NAMED_MOST))
        kind, said = ("arrival", "") if what == "arrival" else ("hand_over", str(what))
        yield Action(kind, str(pool), facts[-1], (), facts, act, act, params=params, said=said)
