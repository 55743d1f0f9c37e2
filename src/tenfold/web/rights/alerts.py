"""Alerts that stand, the viewer's own first: what is wrong, since when, whose it is, what was done, what one may do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from tenfold.report.days import day_said
from tenfold.report.figures import Figure, figure
from tenfold.report.phrases import Phrases
from tenfold.terms.days import local_day as day_of
from tenfold.terms.reason import Reason
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.frame import local_day
from tenfold.web.rights.results import Result, Results
from tenfold.web.rights.rows import allowed
from tenfold.web.rights.viewers import Viewer
from tenfold.web.store.append import clock_of
from tenfold.web.store.current import Row, counting, with_personal

STATES = {"amber": "warn", "red": "bad"}
FORGOTTEN = ("clear", "false")  # after which an alert is nobody's work, until a cycle says it again
# What may follow what was done last (DOMAIN.md §12b): the first is the one that is asked for.
NEXT: Mapping[str, tuple[str, ...]] = {
    "raised": ("own", "shelve", "false"),
    "own": ("act", "clear", "shelve", "false"),
    "act": ("clear", "act", "shelve", "false"),
    "shelve": ("own",),
}


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that somebody did about an alert, in words."""

    day: str
    by: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert.

    state, tone   amber or red, in words, and how that is coloured
    owner         whose it is by the charter; `mine`: whether that is the viewer
    cure          what would turn it, where that was computed
    step          what was done last; `shelved`: until which day it rests
    steps         what the viewer may do now, the one that is asked for first
    """

    id: str
    name: str
    state: str
    tone: str
    figure: Figure | None
    sentence: Markup
    cure: Markup | None
    owner: str
    mine: bool
    step: str
    step_word: str
    shelved: str | None
    done: tuple[Done, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alerts:
    """All alerts that need somebody, and those that rest."""

    open: tuple[Alert, ...]
    resting: tuple[Alert, ...]

    @property
    def mine(self) -> int:
        """How many are the viewer's."""
        return sum(one.mine for one in self.open)


def alerts(viewer: Viewer) -> Alerts:
    """Return the alerts that stand, as far as the viewer may see them."""
    found = Results(viewer).decisions(mechanism="risk", kind="alert")
    acts = _acts(viewer, [one["id"] for one in found])
    said = [*found, *(dict(row) for rows in acts.values() for row in rows)]
    speech = viewer.phrases(said)
    numbers = {(row["id"], row["subject"]): row for row in Results(viewer).measures(measure__in=_measures(found))}
    listed = [_alert(viewer, speech, one, acts.get(one["id"], []), numbers) for one in found]
    standing = [one for one in listed if one.step not in FORGOTTEN]
    order = sorted(standing, key=lambda one: (not one.mine, one.tone != "bad", one.id))
    return Alerts(
        open=tuple(one for one in order if one.shelved is None),
        resting=tuple(one for one in order if one.shelved is not None),
    )


def _measures(found: Iterable[Result]) -> list[str]:
    return sorted({ref["id"] for one in found for ref in one["measures"]})


def _acts(viewer: Viewer, ids: list[str]) -> dict[str, list[Row]]:
    """Return alert → what was done about it, in its order."""
    rows = list(
        counting(viewer.community, "alert_acts")
        .filter(alert__in=ids)
        .order_by("occurred_at", "recorded_at", "fact")
        .values()
    )
    seen = allowed(viewer, "alert_acts", with_personal(viewer.community, "alert_acts", rows))
    acts: dict[str, list[Row]] = {}
    for row in seen:
        acts.setdefault(row["alert"], []).append(row)
    return acts


def _alert(
    viewer: Viewer, speech: Phrases, one: Result, acts: list[Row], numbers: Mapping[tuple[str, str], Mapping[str, Any]]
) -> Alert:
    params = one["message"]["params"]
    step = acts[-1]["act"] if acts else "raised"
    until = acts[-1]["until"] if step == "shelve" else None
    if until is not None and until <= clock_of(viewer.community):
        until = None
    row = next((numbers[ref["id"], ref["subject"]] for ref in one["measures"] if _key(ref) in numbers), None)
    return Alert(
        id=one["id"],
        name=speech.named(one["subject"]),
        state=speech.word("state", params.get("state", "")),
        tone=STATES.get(params.get("state", ""), "warn"),
        figure=None if row is None else figure(speech, row),
        sentence=speech.sentence(Reason(one["message"]["id"], params)),
        cure=speech.turned(one["cure"]),
        owner=speech.word("role", params.get("owner", "")),
        mine=params.get("owner") in viewer.posts,
        step=step,
        step_word=speech.words[f"alert.step.{step}"],
        shelved=None if until is None else day_said(speech.language, day_of(until, speech.zone), local_day(viewer)),
        done=tuple(_done(viewer, speech, act) for act in acts),
        steps=NEXT.get(step, ()) if may(viewer, Act.HANDLE_ALERT) else (),
    )


def _key(ref: Mapping[str, str]) -> tuple[str, str]:
    return ref["id"], ref["subject"]


def _done(viewer: Viewer, speech: Phrases, act: Row) -> Done:
    day = day_said(speech.language, day_of(act["occurred_at"], speech.zone), local_day(viewer))
    reason = speech.named(act["reason"]) if act.get("reason") else ""
    return Done(day, speech.named(act["by"]), speech.words[f"alert.done.{act['act']}"], reason)
