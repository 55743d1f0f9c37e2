"""Appeals that restore nothing and sanctions that nobody decided: what the record says, and why it does not count."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from tenfold.mechanisms.incentives.scene import MECHANISM, Scene, kept_rate_of
from tenfold.terms.decision import Cure, Decision
from tenfold.terms.reason import Reason


def refused_appeals(scene: Scene) -> Iterator[Decision]:
    """One for each appeal against a sanction that breaks a rule of appeals; it neither stays nor lifts anything."""
    levels = {one.key: one.level for own in scene.own.values() for one in own}
    rows = scene.facts.read("view.appeal").filter(pl.col("refused").is_not_null()).sort("key")
    for row in rows.iter_rows(named=True):
        yield _refused(row, levels[row["sanction"]])


def _refused(row: Mapping[str, Any], level: int) -> Decision:
    reason = row["refused"]
    params = {
        "party": row["party"],
        "level": str(level),
        "filed": str(row["filed_on"]),
        "deadline": str(row["deadline"] or ""),
        "panel": str(row["panel"]),
        "size": str(row["panel_size"]),
    }
    heard = {"table": "appeals", "appeal": row["key"], "against": row["sanction"], "party": row["party"]}
    lifted = {"fact": "sanctions", "sanction": row["sanction"], "state": "lifted"}
    again = reason not in ("late", "another_party")
    return Decision(
        mechanism=MECHANISM,
        kind="appeal_refused",
        subject=row["party"],
        since=row["fact"],
        message=Reason(f"incentives.appeal_refused.{reason}", params),
        proposal="hear_again" if again else "tell_appellant",
        pointer="/incentives/appeals",
        version=row["version"],
        measures=kept_rate_of(row["party"]),
        facts=tuple(dict.fromkeys((row["filed_fact"], row["fact"]))),
        cure=Cure(Reason(f"incentives.cure_appeal_refused.{reason}", params)),
        closes_when={"fact": "appeals", "appeal": row["key"]} if again else lifted,
        proposes={**heard, "state": "heard"} if again else None,
    ).handing_on()


def undecided_sanctions(scene: Scene) -> Iterator[Decision]:
    """One for each sanction of a level that people decide, put in force without anybody named who decided it."""
    for one in (one for own in scene.own.values() for one in own if one.undecided):
        params = {"party": one.party, "level": str(one.level), "on": str(one.on)}
        yield Decision(
            mechanism=MECHANISM,
            kind="sanction_undecided",
            subject=one.party,
            since=one.fact,
            message=Reason("incentives.sanction_undecided", params),
            proposal="decide_sanction",
            pointer="/incentives/ladder",
            version=one.version,
            value=str(one.level),
            measures=kept_rate_of(one.party),
            facts=(one.fact,),
            cure=Cure(Reason("incentives.cure_decider", params)),
            closes_when={"fact": "sanctions", "sanction": one.key},
            proposes={"table": "sanctions", "sanction": one.key, "party": one.party, "state": "in_force"},
        ).handing_on()
