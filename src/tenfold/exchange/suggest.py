"""Drafts a map from the headers of somebody's own sheet: which column probably fills which, for them to correct.

A draft never guesses a value: a stage or a class that the charter does not know is left out, so that its rows are
parked with the reason instead of entering wrongly.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tenfold.charter.document import Charter
from tenfold.facts.maps.sources import Sources
from tenfold.terms.errors import Complaint, Place, Refused

HEADERS = Path(__file__).with_name("headers.json")
CHANNELS = ("call", "meeting", "message")  # the first that the charter knows stands where a sheet names none
ROUND = "current"
MEMBERS_FROM = ("signed", "wired")  # stages from which an investor is a member


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was recognised in a sheet: role → header, and the distinct cells of the columns that hold codes."""

    file: str
    roles: Mapping[str, str]
    values: Mapping[str, Sequence[str]]

    @property
    def name(self) -> str:
        """The header of the column that names a party."""
        return self.roles.get("organisation") or self.roles["person"]

    @property
    def kind(self) -> str:
        """What a party of this sheet probably is."""
        return "organisation" if "organisation" in self.roles else "person"


@cache
def _synonyms() -> Mapping[str, Sequence[str]]:
    content: Mapping[str, Sequence[str]] = json.loads(HEADERS.read_text(encoding="utf-8"))
    return content


def recognised(path: Path) -> Sheet:
    """Read the headers of a sheet.

    Raises
    ------
    Refused   the file is no sheet, or no column names a person or an organisation
    """
    frame = Sources({path.name: path}).frame(path.name)
    headers = {header.strip().casefold(): header for header in frame.columns}
    roles = {role: headers[word] for role, words in _synonyms().items() for word in reversed(words) if word in headers}
    if not {"organisation", "person"} & set(roles):
        expected = ", ".join([*_synonyms()["organisation"][:3], *_synonyms()["person"][:3]])
        raise Refused([Complaint("suggest.no_name", Place(file=path.name, row=1), {"expected": expected})])
    coded = {role: roles[role] for role in ("stage", "class", "channel") if role in roles}
    values: dict[str, Sequence[str]] = {
        role: sorted(value.strip() for value in frame[header].drop_nulls().unique() if value.strip())
        for role, header in coded.items()
    }
    return Sheet(path.name, roles, values)


def _named(items: Sequence[Any]) -> dict[str, str]:
    """Return every name of the charter's items → id: the id itself and its labels in both languages."""
    return {word.casefold(): item.id for item in items for word in (item.id, item.zh, item.en) if word}


def _mapping(values: Sequence[str], known: Mapping[str, str]) -> dict[str, str]:
    return {value: known[value.casefold()] for value in values if value.casefold() in known}


def _line(**parts: object) -> str:
    return json.dumps(parts, ensure_ascii=False)


def suggestion(sheet: Sheet, charter: Charter, today: str) -> str:
    """Return the text of a map file for a sheet, in the ids of a charter."""
    lines = ["# Drafted from the headers; read it, correct it, then: tenfold import FILE --map THIS DIR"]
    lines += [f"origin: {json.dumps(Path(sheet.file).stem, ensure_ascii=False)}", "maps:"]
    lines += _members(sheet, charter, today)
    if "amount" in sheet.roles and "stage" in sheet.roles:
        lines += [*_round(sheet, charter, today), *_deals(sheet, charter, today)]
    if "talk" in sheet.roles:
        lines += _talks(sheet, charter)
    return "\n".join(lines) + "\n"


def _map(
    sheet: Sheet, table: str, cells: Mapping[str, str], extra: Sequence[str] = (), id: str | None = None
) -> Iterator[str]:
    yield f"  - table: {table}"
    yield f"    from: {json.dumps(sheet.file, ensure_ascii=False)}"
    yield f"    id: [{json.dumps(id or sheet.name, ensure_ascii=False)}]"
    yield from (f"    {line}" for line in extra)
    yield "    set:"
    yield from (f"      {target}: {cell}" for target, cell in cells.items())


def _party(sheet: Sheet) -> str:
    return _line(key=[sheet.name], kind=sheet.kind)


def _members(sheet: Sheet, charter: Charter, today: str) -> Iterator[str]:
    classes = [one.id for one in charter.community.member_classes]
    default = "investor" if "investor" in classes else classes[0]
    known = _named(charter.community.member_classes)
    of = _line(value=default)
    if "class" in sheet.roles:
        of = _line(column=sheet.roles["class"], map=_mapping(sheet.values["class"], known))
    since = _line(column=sheet.roles["joined"]) if "joined" in sheet.roles else _line(value=f"<{today}")
    extra = []
    if "stage" in sheet.roles and "amount" in sheet.roles:
        stages = _mapping(sheet.values["stage"], _named(charter.goals.funnel.stages))
        closed = [word for word, stage in stages.items() if stage in MEMBERS_FROM]
        extra = [f"only: {_line(column=sheet.roles['stage'], **{'is': closed or ['wired']})}"]
    cells = {"party": _party(sheet), "class": of, "state": _line(value="active"), "occurred_at": since}
    return _map(sheet, "memberships", cells, extra)


def _round(sheet: Sheet, charter: Charter, today: str) -> Iterator[str]:
    stage = str(charter.community.current_stage)
    plan = charter.goals.stages.get(stage)
    instrument = plan.raise_.instrument if plan is not None and plan.raise_ is not None else "equity"
    cells = {
        "round": _line(value=ROUND),
        "stage": _line(value=stage),
        "instrument": _line(value=str(instrument)),
        "state": _line(value="open"),
        "currency": _line(value=charter.charter.currency),
        "occurred_at": _line(value=f"<{today}"),
    }
    return _map(sheet, "rounds", cells, ["columns: {all: {value: one}}", "distinct: [all]"], id="all")


def _deals(sheet: Sheet, charter: Charter, today: str) -> Iterator[str]:
    stages = _mapping(sheet.values["stage"], _named(charter.goals.funnel.stages))
    when = _line(value=f"<{today}")
    if "talk" in sheet.roles:
        when = json.dumps({"column": sheet.roles["talk"], "else": {"value": f"<{today}"}}, ensure_ascii=False)
    currency = _line(value=charter.charter.currency)
    if "currency" in sheet.roles:
        currency = _line(column=sheet.roles["currency"], default=charter.charter.currency)
    cells = {
        "opportunity": _line(key=[sheet.name]),
        "round": _line(value=ROUND),
        "party": _party(sheet),
        "amount": _line(column=sheet.roles["amount"]),
        "currency": currency,
        "stage": _line(column=sheet.roles["stage"], map=stages),
        "occurred_at": when,
    }
    only = json.dumps({"column": sheet.roles["amount"], "is_not": ""}, ensure_ascii=False)
    return _map(sheet, "opportunities", cells, [f"only: {only}"])


def _talks(sheet: Sheet, charter: Charter) -> Iterator[str]:
    channels = charter.interaction.channel_weight
    usual = next((channel for channel in CHANNELS if channel in channels), next(iter(channels), "call"))
    how = _line(value=usual)
    if "channel" in sheet.roles:
        known = {channel: channel for channel in channels}
        how = _line(column=sheet.roles["channel"], map=_mapping(sheet.values["channel"], known), default=usual)
    cells = {
        "member": _party(sheet),
        "direction": _line(value="in"),
        "channel": how,
        "flags": _line(value="new_information"),
        "occurred_at": _line(column=sheet.roles["talk"]),
    }
    only = json.dumps({"column": sheet.roles["talk"], "is_not": ""}, ensure_ascii=False)
    return _map(sheet, "interactions", cells, [f"only: {only}"])
