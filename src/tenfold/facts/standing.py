"""What stands of a sanction: its rows and the appeals against it, judged once for everybody who acts on it.

A record is checked, not believed (DOMAIN §14, 4 and 5). A sanction from level 3 is decided by somebody who is named.
Its party can neither lift it nor hear its own appeal, and who decided it sits on no panel. An appeal counts when it
became known within the charter's window, a reversal when a panel of the charter's size made it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from tenfold.facts.as_of import LATEST
from tenfold.terms.days import local_day
from tenfold.terms.durations import add
from tenfold.terms.rules import Rules

PEOPLE_DECIDE_FROM = 3  # sanctions from this level are decided by people (DOMAIN §14, 4)
IMPOSED, NOTICED, STAYED = "in_force", "noticed", "stayed"
OPEN, REVERSED = ("filed", "heard"), "reversed"
Row = Mapping[str, Any]
Rows = Sequence[Row]


@dataclass(frozen=True, slots=True)
class Appeal:
    """One appeal against a sanction.

    filed_on    when the community knew of it; deadline   the last day on which that is in time, if there is one
    refused     why it restores nothing: late, another_party, own_case, decider, small_panel; None where it counts
    """

    key: str
    sanction: str
    party: str
    state: str
    on: date
    fact: str
    filed_fact: str
    filed_on: date
    deadline: date | None
    panel: int
    panel_size: int
    refused: str | None
    version: int

    @property
    def reverses(self) -> bool:
        """Whether it takes the sanction away, as if it had never been."""
        return self.state == REVERSED and self.refused is None

    @property
    def waits(self) -> bool:
        """Whether it is in time and nobody who may has decided it."""
        return self.refused not in ("late", "another_party") and (
            self.state in OPEN or (self.state == REVERSED and self.refused is not None)
        )


@dataclass(frozen=True, slots=True)
class Sanction:
    """One sanction as it stands on a day.

    standing    it has effect; stayed   it has none while an appeal or its own record says so
    announced   noticed only; undecided   of a level that people decide, and nobody is named who did
    """

    key: str
    party: str
    level: int
    on: date
    fact: str
    commitment: str | None
    standing: bool
    stayed: bool
    announced: bool
    undecided: bool = False
    state: str = IMPOSED
    at: Any = None
    version: int = 0


@dataclass(frozen=True)
class Court:
    """What judging sanctions and appeals needs to know besides their rows.

    groups    party → connected group, of parties that are not their own
    """

    rules: Rules
    groups: Mapping[str, str] = field(default_factory=dict)

    def tied(self, one: str | None, other: str | None) -> bool:
        """Whether two are one voice: the same party or one connected group."""
        return one is not None and other is not None and self.groups.get(one, one) == self.groups.get(other, other)

    def known_on(self, row: Row) -> date:
        """Return the local day from which the community could know what a row says."""
        return local_day(max(row["occurred_at"], row["recorded_at"]), self.rules.charter.timezone)

    def counted(self, rows: Iterable[Row]) -> Iterator[list[Row]]:
        """Yield the rows of each sanction in order of time, without those that its own party made."""
        ordered = sorted(rows, key=lambda row: (row["sanction"], *(row[name] for name in LATEST)))
        for _, own in groupby(ordered, key=lambda row: row["sanction"]):
            kept = [row for row in own if not any(self.tied(row["party"], row[who]) for who in ("by", "recorded_by"))]
            if kept:
                yield kept


def appeals_of(court: Court, sanctions: Iterable[Row], rows: Iterable[Row]) -> list[Appeal]:
    """Return every appeal against one of the sanctions, judged, by its key."""
    against = {own[0]["sanction"]: own for own in court.counted(sanctions)}
    ordered = sorted(rows, key=lambda row: (row["appeal"], *(row[name] for name in LATEST)))
    appeals = [[*own] for _, own in groupby(ordered, key=lambda row: row["appeal"])]
    return [_judged(court, against[own[-1]["against"]], own) for own in appeals if own[-1]["against"] in against]


def _judged(court: Court, sanction: Sequence[Row], appeal: Sequence[Row]) -> Appeal:
    imposed = next((row for row in sanction if row["state"] == IMPOSED), None)
    version = court.rules.judging((imposed or sanction[0])["occurred_at"])
    plan = version.incentives.appeals
    deadline = add(court.known_on(imposed), plan.window) if imposed is not None and plan is not None else None
    first, last = appeal[0], appeal[-1]
    filed_on = court.known_on(first)
    panel: Sequence[str] = next((row["panel"] for row in reversed(appeal) if row["panel"]), ())
    voices = {court.groups.get(one, one) for one in panel}
    size = plan.panel_size if plan is not None else 1
    return Appeal(
        key=last["appeal"],
        sanction=last["against"],
        party=last["party"],
        state=last["state"],
        on=last["on"],
        fact=last["fact"],
        filed_fact=first["fact"],
        filed_on=filed_on,
        deadline=deadline,
        panel=len(voices),
        panel_size=size,
        refused=_refusal(court, sanction, last, panel, late=deadline is not None and filed_on > deadline, size=size),
        version=int(version.charter.version),
    )


def _refusal(
    court: Court, sanction: Sequence[Row], last: Row, panel: Sequence[str], *, late: bool, size: int
) -> str | None:
    """Return why an appeal restores nothing, or None."""
    party = sanction[0]["party"]
    if last["party"] != party:
        return "another_party"
    if late:
        return "late"
    if last["state"] != REVERSED:
        return None
    if any(court.tied(party, one) for one in (*panel, last["recorded_by"])):
        return "own_case"
    if any(court.tied(row["by"], one) for row in sanction for one in panel):
        return "decider"
    return "small_panel" if len({court.groups.get(one, one) for one in panel}) < size else None


def standing(court: Court, sanctions: Iterable[Row], appeals: Sequence[Appeal], day: date) -> list[Sanction]:
    """Return every sanction as its rows up to a day and the appeals against it leave it, by its key."""
    by_sanction: dict[str, list[Appeal]] = {}
    for appeal in appeals:
        by_sanction.setdefault(appeal.sanction, []).append(appeal)
    until_then = (row for row in sanctions if row["on"] <= day)
    return [_stands(court, own, by_sanction.get(own[0]["sanction"], []), day) for own in court.counted(until_then)]


def _stands(court: Court, rows: Sequence[Row], appeals: Sequence[Appeal], day: date) -> Sanction:
    now = rows[-1]
    version = court.rules.judging(now["occurred_at"])
    plan = version.incentives.appeals
    stays = plan is not None and now["level"] >= plan.stays_sanction_from_level
    stayed = now["state"] == STAYED or (stays and any(appeal.waits for appeal in appeals))
    undecided = now["state"] == IMPOSED and now["level"] >= PEOPLE_DECIDE_FROM and not _decided(rows)
    over = now["until"] is not None and local_day(now["until"], court.rules.charter.timezone) < day
    gone = over or undecided or any(appeal.reverses for appeal in appeals)
    return Sanction(
        key=now["sanction"],
        party=now["party"],
        level=now["level"],
        on=now["on"],
        fact=now["fact"],
        commitment=now["commitment"],
        standing=now["state"] == IMPOSED and not stayed and not gone,
        stayed=stayed,
        announced=now["state"] == NOTICED,
        undecided=undecided,
        state=now["state"],
        at=now["occurred_at"],
        version=int(version.charter.version),
    )


def _decided(rows: Sequence[Row]) -> bool:
    """Whether somebody is named who put a sanction in force."""
    return any(row["by"] is not None for row in rows if row["state"] == IMPOSED)
