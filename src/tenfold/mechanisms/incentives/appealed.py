"""Appeals that restore nothing and sanctions that nobody decided: what the record says, and why it does not count."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from tenfold.mechanisms.incentives.grounds import IncentiveGrounds, kept_rate_of
from tenfold.terms.decision import Cure
from tenfold.terms.draft import Draft, Fact, decision
from tenfold.terms.reason import Reason


@decision(
    "incentives.appeal_refused",
    of=IncentiveGrounds,
    reads=(
        "view.appeal",
        "view.sanction",
    ),
    hands_on=("appeals",),
    closes=(
        "appeals",
        "sanctions",
    ),
)
def appeal_refused(grounds: IncentiveGrounds) -> Iterator[Draft]:
    """One for each appeal against a sanction that breaks a rule of appeals; it neither stays nor lifts anything."""
    levels = {one.key: one.level for own in grounds.own.values() for one in own}
    rows = grounds.facts.read("view.appeal").filter(pl.col("refused").is_not_null()).sort("key")
    for row in rows.iter_rows(named=True):
        yield _refused(row, levels[row["sanction"]])


def _refused(row: Mapping[str, Any], level: int) -> Draft:
    reason = row["refused"]
    params = {
        "party": row["party"],
        "level": str(level),
        "filed": str(row["filed_on"]),
        "deadline": str(row["deadline"] or ""),
        "panel": str(row["panel"]),
        "size": str(row["panel_size"]),
    }
    heard = {"appeal": row["key"], "against": row["sanction"], "party": row["party"], "state": "heard"}
    lifted = Fact("sanctions", {"sanction": row["sanction"], "state": "lifted"})
    again = reason not in ("late", "another_party")
    return (
        Draft("appeal_refused", row["party"], row["fact"])
        .says(f"incentives.appeal_refused.{reason}", params)
        .asks_for("hear_again" if again else "tell_appellant")
        .follows("/incentives/appeals", row["version"])
        .rests_on(*kept_rate_of(row["party"]), facts=tuple(dict.fromkeys((row["filed_fact"], row["fact"]))))
        .cured_by(Cure(Reason(f"incentives.cure_appeal_refused.{reason}", params)))
        .closes(Fact("appeals", {"appeal": row["key"]}) if again else lifted)
        .hands_on(Fact("appeals", heard) if again else None)
    )


@decision(
    "incentives.sanction_undecided",
    of=IncentiveGrounds,
    reads=("view.sanction",),
    hands_on=("sanctions",),
    closes=("sanctions",),
)
def sanction_undecided(grounds: IncentiveGrounds) -> Iterator[Draft]:
    """One for each sanction of a level that people decide, put in force without anybody named who decided it."""
    for one in (one for own in grounds.own.values() for one in own if one.undecided):
        params = {"party": one.party, "level": str(one.level), "on": str(one.on)}
        yield (
            Draft("sanction_undecided", one.party, one.fact)
            .says("incentives.sanction_undecided", params)
            .asks_for("decide_sanction")
            .follows("/incentives/ladder", one.version)
            .counts(str(one.level))
            .rests_on(*kept_rate_of(one.party), facts=(one.fact,))
            .cured_by(Cure(Reason("incentives.cure_decider", params)))
            .closes(Fact("sanctions", {"sanction": one.key}))
            .hands_on(Fact("sanctions", {"sanction": one.key, "party": one.party, "state": "in_force"}))
        )
