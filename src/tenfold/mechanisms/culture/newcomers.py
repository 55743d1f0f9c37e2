"""Who found the community: parties that came, were referred or wrote in, and those qualified lately."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from tenfold.facts.consents import said_no
from tenfold.mechanisms.culture.grounds import CultureGrounds
from tenfold.mechanisms.culture.measures.life import QUARTER, THERE, recent
from tenfold.terms.decision import Cure, MeasureRef
from tenfold.terms.draft import Draft, Fact, Measured, decision
from tenfold.terms.reason import Reason

LATELY = 30  # days for which a newly qualified party is shown [C]
SHARES = {"inbound": "brand.inbound_share", "referral": "brand.referral_share"}


@decision(
    "culture.new_candidate",
    of=CultureGrounds,
    reads=(
        "attendances",
        "referrals",
        "memberships",
        "opportunities",
        "affiliations",
        "parties",
        "interaction.questions",
        "view.member",
        "view.consent",
    ),
    hands_on=("memberships",),
    closes=("memberships",),
)
def new_candidate(grounds: CultureGrounds) -> Iterator[Draft]:
    """10 → 2: one for each party that attended, was referred or asked something lately and is nobody here yet."""
    events = recent(grounds.facts.now("attendances"), QUARTER).filter(pl.col("state").is_in(THERE))
    referrals = recent(grounds.facts.rows("referrals"), QUARTER)
    questions = grounds.facts.read("interaction.questions").filter(pl.col("direction") == "in")
    asked = recent(questions.join(grounds.ends.select("end", "today"), on="end"), QUARTER)
    nobody = pl.lit(None, dtype=pl.String)
    found = pl.concat(
        [
            referrals.select("party", "on", "fact", source=pl.lit("referral"), by="referrer"),
            events.select("party", "on", "fact", source=pl.lit("event"), by=nobody),
            asked.select("on", "fact", party="member", source=pl.lit("inbound"), by=nobody),
        ],
        how="diagonal",
    )
    first = found.sort("party", "on", "fact").unique("party", keep="first", maintain_order=True)
    for row in first.filter(~pl.col("party").is_in(sorted(_known(grounds)))).iter_rows(named=True):
        yield _arrival(grounds, row)


def _known(grounds: CultureGrounds) -> set[str]:
    """Return who is or was a candidate or member, has a deal, speaks for such a party, or wants no contact."""
    known = {party for table in ("memberships", "opportunities") for party in grounds.facts.rows(table)["party"]}
    belongs = grounds.facts.now("affiliations").filter(pl.col("organisation").is_in(sorted(known)))
    merged = grounds.facts.now("parties", ("merged_into",), only=pl.col("merged_into").is_not_null())
    others = {*belongs["party"], *merged["party"], str(grounds.rules.community.project)}
    return known | others | said_no(grounds.facts)


def _arrival(grounds: CultureGrounds, row: Any) -> Draft:
    party, fact = row["party"], row["fact"]
    params = {"party": party, "on": str(row["on"]), "by": row["by"] or ""}
    membership = {"party": party, "state": "suggested", "source": row["source"]}
    sponsor = {"sponsor": row["by"]} if row["by"] in grounds.members else {}
    return (
        Draft("new_candidate", party, fact)
        .says(f"culture.new_candidate.{row['source']}", params)
        .asks_for("culture.suggest", "dismiss")
        .follows("/culture/brand")
        .rests_on(facts=(fact,))
        .cured_by(Cure(Reason("culture.cure.candidate", params), "1", "count"))
        .closes(Fact("memberships", {"party": party}))
        .hands_on(Fact("memberships", membership | sponsor))
    )


@decision(
    "culture.qualified",
    of=CultureGrounds,
    reads=(
        "culture.brought",
        "view.deal",
    ),
    closes=(*SHARES.values(),),
)
def qualified(grounds: CultureGrounds) -> Iterator[Draft]:
    """10 → 1: one for each party first qualified in the last 30 days that came by itself or through somebody."""
    brought = grounds.facts.read("culture.brought").select("party", "on", "fact", "because", by="referrer")
    deals = grounds.facts.read("view.deal").filter(pl.col("source") == "inbound")
    alone = deals.select("party", "fact", on="first_on", because="fact", by=pl.lit(None, dtype=pl.String))
    rows = pl.concat([brought, alone.select(brought.columns)]).sort("party", "on", "fact")
    rows = rows.unique("party", keep="first", maintain_order=True)
    for party, on, fact, because, by in rows.iter_rows():
        if (grounds.today - on).days >= LATELY:
            continue
        source = "referral" if by else "inbound"
        params = {"party": party, "on": str(on), "by": by or ""}
        yield (
            Draft("qualified", party, fact)
            .says(f"culture.qualified.{source}", params)
            .asks_for("culture.keep_on")
            .follows("/culture/brand/referral_window")
            .rests_on(MeasureRef(SHARES[source], "community"), facts=tuple(dict.fromkeys((fact, because))))
            .closes(Measured(SHARES[source], "community", {"status": "ok"}))
        )
