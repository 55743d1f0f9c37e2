"""The facts behind a number of this room, and no others: payments that count, links that join payers, deals."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import polars as pl

from tenfold.facts.rates import converted
from tenfold.facts.views import connections, folded, grouped
from tenfold.mechanisms.goals.measures.flows import PAYMENTS, RECEIVED, REPAID, counting, current_raise
from tenfold.terms.measure import Facts
from tenfold.terms.rules import Rules

Selection = dict[str, pl.DataFrame]


def payments(facts: Facts, rules: Rules) -> pl.DataFrame:
    """Return the payments that view.wired counts: fact, end, funder, round, opportunity, currency, on, amount_minor."""
    rows = facts.rows("cash_movements").filter(pl.col("purpose").is_in(PAYMENTS))
    back = pl.col("purpose") == REPAID
    rows = rows.with_columns(
        funder=pl.when(back).then("payee").otherwise("payer"), recipient=pl.when(back).then("payer").otherwise("payee")
    )
    return counting(rows, facts, rules)


def behind_payments(facts: Facts, rules: Rules, rows: pl.DataFrame, *, linked: bool = True) -> Selection:
    """Return payments with what they rest on: rates, deals that name their round, links between their payers."""
    rates = converted(rows, facts, rules).select(fact="rate_fact").drop_nulls()
    deals = facts.now("opportunities", ("opportunity",)).select("end", "opportunity", deal_fact="fact")
    named = rows.filter(pl.col("own_round").is_null()).join(deals, on=["end", "opportunity"]).select(fact="deal_fact")
    found = {"cash_movements": rows.select("fact"), "exchange_rates": rates, "opportunities": named}
    if rows["by_day"].any():  # every round says whether it was the one that was open
        found["rounds"] = facts.rows("rounds").select("fact")
    return found | (links_between(facts, rows["funder"].unique().to_list()) if linked else {})


def links_between(facts: Facts, parties: Collection[str]) -> Selection:
    """Return the links that make some of the parties one group, and what confirms them; loose ends are cut."""
    edges = [tuple(row) for row in connections(facts).select("party", "other", "table", "fact").iter_rows()]
    kept = _pruned(edges, set(parties))
    found = {
        table: pl.DataFrame(
            {"fact": [fact for _, _, where, fact in kept if where == table]}, schema={"fact": pl.String}
        )
        for table in ("group_links", "parties")
    }
    behind = facts.read("view.link").join(found["group_links"], on="fact", how="semi")
    witnesses = {"role_terms": "office", "decision_acts": "act"}
    return found | {table: behind.select(fact=column).drop_nulls().unique() for table, column in witnesses.items()}


def _pruned(edges: Sequence[tuple[str, ...]], parties: set[str]) -> list[tuple[str, ...]]:
    """Return the edges without loose ends: what hangs on one other only and is none of the parties, again and again."""
    beside: dict[str, set[str]] = {}
    for a, b, *_ in edges:
        beside.setdefault(a, set()).add(b)
        beside.setdefault(b, set()).add(a)
    cut: set[str] = set()
    waiting = [key for key, others in beside.items() if key not in parties and len(others) == 1]
    while waiting:
        loose = waiting.pop()
        cut.add(loose)
        for other in beside.pop(loose):
            if other in beside:
                beside[other].discard(loose)
                if other not in parties and len(beside[other]) == 1:
                    waiting.append(other)
    return [edge for edge in edges if not {edge[0], edge[1]} & cut]


def wired_facts(facts: Facts, rules: Rules, ends: pl.DataFrame, subject: str | None) -> Mapping[str, pl.DataFrame]:
    """Return what stands behind view.wired: of all payers, or of one `group × round`."""
    rows = payments(facts, rules)
    if subject is not None:
        group, _, round_key = subject.partition("@")
        rows = grouped(rows, facts.read("view.group"), "funder").filter(
            pl.col("group") == group, pl.col("round") == round_key
        )
    return behind_payments(facts, rules, rows)


def round_facts(facts: Facts, rules: Rules, ends: pl.DataFrame, subject: str | None) -> Selection:
    """Return what stands behind fund.wired: the round's own rows and its payments; links do not matter."""
    rows, rounds = payments(facts, rules), facts.rows("rounds")
    _, plan = current_raise(rules)
    if subject is not None:
        rows = rows.filter(pl.col("round") == subject)
        rounds = rounds.filter(pl.col("round") == subject)
    elif plan is not None:
        rounds = rounds.filter(pl.col("instrument") == plan.instrument)
    return {"rounds": rounds.select("fact")} | behind_payments(facts, rules, rows, linked=False)


def dependence_facts(facts: Facts, rules: Rules, ends: pl.DataFrame, subject: str | None) -> Mapping[str, pl.DataFrame]:
    """Return what stands behind one payee's dependence: its grants, investments, capital, links between funders."""
    rows = facts.rows("cash_movements").filter(pl.col("purpose").is_in(RECEIVED))
    if subject is not None:
        rows = rows.filter(pl.col("payee") == subject)
    mixed = rows.filter(pl.col("currency").n_unique().over("end", "payee") > 1)
    rates = converted(mixed, facts, rules).select(fact="rate_fact").drop_nulls()
    found = {"cash_movements": rows.select("fact"), "exchange_rates": rates}
    return found | links_between(facts, rows["payer"].unique().to_list())


def deal_facts(facts: Facts, rules: Rules, deals: Collection[str], *, talks: bool = True) -> Selection:
    """Return the rows of some deals, their documents, the rates of their amounts, their party's last contact."""
    same = facts.read("view.same")
    rows = folded(facts.rows("opportunities"), same).filter(pl.col("opportunity").is_in(list(deals)))
    shown = rows.select(document="evidence").explode("document").drop_nulls().unique()
    found = {
        "opportunities": rows.select("fact"),
        "documents": facts.rows("documents").join(shown, on="document", how="semi").select("fact"),
        "exchange_rates": converted(rows, facts, rules).select(fact="rate_fact").drop_nulls(),
    }
    if talks:
        last = facts.read("view.deal").filter(pl.col("opportunity").is_in(list(deals)))
        records = same.join(rows.select(target="party"), on="target", how="semi")
        heard = last.select(fact="last_inbound").drop_nulls()
        if last["last_inbound"].has_nulls():  # a silence without a contact is counted from where the record begins
            heard = pl.concat([heard, facts.read("interaction.first_contacts").select("fact")])
        found |= {"interactions": heard.unique(), "parties": records.select("fact")}
    return found


def together(parts: Iterable[Mapping[str, pl.DataFrame]]) -> Selection:
    """Return the union of selections."""
    found: Selection = {}
    for part in parts:
        for table, rows in part.items():
            found[table] = pl.concat([found[table], rows]).unique() if table in found else rows.unique()
    return found
