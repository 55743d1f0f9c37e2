"""Who is a candidate, what each can do, and what the project still needs."""

import polars as pl

from tenfold.facts.views import folded
from tenfold.terms.measure import Facts, Select, view
from tenfold.terms.rules import Rules

CANDIDATE = ("suggested", "invited", "applied", "gating", "rated", "proposed", "waiting")
ADMITTED = ("probation", "active", "suspended")
CAPITAL = "capital"  # the need that money meets, by its id in the charter [C]
OVER = ("declined", "lapsed")
CLAIM_COUNTS = 0.3  # a claim without evidence [C]
ORGANISATIONS = ("organisation", "vehicle", "public_body")
NEED = {"end": pl.Int32, "need": pl.String, "weight": pl.Int64, "redundancy": pl.Int64}


def _capability_facts(facts: Facts, rules: Rules, ends: pl.DataFrame, subject: str | None) -> dict[str, pl.DataFrame]:
    """Return the capability rows of one `party`, one `party × need`, or of all."""
    party, _, need = (subject or "").partition("@")
    rows = folded(facts.rows("capabilities"), facts.read("view.same"))
    if party:
        rows = rows.filter(pl.col("party") == party)
    if need:
        rows = rows.filter(pl.col("need") == need)
    return {"capabilities": rows.select("fact")}


@view(
    "view.capability",
    subject="party × need",
    reads=("capabilities", "view.same"),
    facts=_capability_facts,
    source="DOMAIN 2.2; 0.3 [C]",
)
def capability(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return party, need, level, evidenced, claimed, fact, end: level = max(evidenced, 0.3 × claimed), within 0 … 1."""
    level = pl.col("level").cast(pl.Float64).clip(0, 1)
    rows = folded(facts.now("capabilities", ("level",)), facts.read("view.same")).with_columns(level=level)
    evidenced = pl.col("level").filter(pl.col("basis") == "evidenced").max().fill_null(0.0)
    claimed = pl.col("level").filter(pl.col("basis") == "claim").max().fill_null(0.0)
    return (
        rows.sort("end", "party", "need", "basis", "fact", descending=[False, False, False, True, False])
        .group_by("end", "party", "need", maintain_order=True)
        .agg(evidenced=evidenced, claimed=claimed, fact=pl.col("fact").first())
        .with_columns(level=pl.max_horizontal("evidenced", CLAIM_COUNTS * pl.col("claimed")))
        .select("party", "need", "level", "evidenced", "claimed", "fact", "end")
    )


@view(
    "screening.brings",
    subject="party × need",
    reads=("view.deal", "rounds"),
    facts=(Select("rounds"),),
    source="id of the need [C]",
)
def brings(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return party, need, end: `capital` for whoever has a deal, neither declined nor lapsed, in an open round.

    It says nothing of how much they can do, and so covers nothing: only that one need not ask them whether they can.
    """
    running = facts.now("rounds", ("state",)).filter(pl.col("state") == "open").select("end", "round")
    deals = (
        facts.read("view.deal").filter(~pl.col("claimed").is_in(OVER)).join(running, on=["end", "round"], how="semi")
    )
    return deals.select("party", pl.lit(CAPITAL).alias("need"), "end").unique().sort("end", "party")


def needs(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return end, need, weight, redundancy: the charter's needs, overlaid by the project's own rows of the register.

    A row without weight or redundancy leaves the charter's; one for another stage, or of a member, does not count; a
    need whose rows are all dropped is gone.
    """
    own = pl.DataFrame(
        [(need.id, need.weight, need.redundancy) for need in rules.screening.needs],
        schema={"need": pl.String, "weight": pl.Int64, "redundancy": pl.Int64},
        orient="row",
    )
    project = rules.community.project
    mine = pl.col("owner").is_null() | (pl.col("owner") == pl.lit(project, dtype=pl.String)).fill_null(value=False)
    here = pl.col("stage").is_null() | (pl.col("stage") == rules.community.current_stage)
    rows = facts.now("needs").filter(mine, here).sort("end", "capability", "occurred_at", "recorded_at", "fact")
    said = rows.group_by("end", need="capability", maintain_order=True).agg(
        dropped=(pl.col("state") == "dropped").all(),
        said_weight=pl.col("weight").filter(pl.col("state") != "dropped").drop_nulls().last(),
        said_redundancy=pl.col("redundancy").filter(pl.col("state") != "dropped").drop_nulls().last(),
    )
    return (
        ends.select("end")
        .join(own, how="cross")
        .join(said, on=["end", "need"], how="left", maintain_order="left")
        .filter(~pl.col("dropped").fill_null(value=False))
        .select(
            "end",
            "need",
            weight=pl.coalesce("said_weight", "weight"),
            redundancy=pl.coalesce("said_redundancy", "redundancy"),
        )
    )


def members(facts: Facts) -> pl.DataFrame:
    """Return end, party of every member, each once."""
    return facts.read("view.member").select("end", "party").unique().sort("end", "party")


def candidates(facts: Facts) -> pl.DataFrame:
    """Return the current rows of those who may enter and have not: end, party, class, state, source, sponsor, on, fact.

    One who is a member in another class is not listed.
    """
    rows = folded(facts.now("memberships"), facts.read("view.same")).filter(pl.col("state").is_in(CANDIDATE))
    return rows.join(members(facts), on=["end", "party"], how="anti").sort("end", "party", "class")


NEEDS = Select("needs")
SPECS = (capability, brings)
