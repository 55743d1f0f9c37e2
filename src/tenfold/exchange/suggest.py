"""Drafts a map from the headers of somebody's own sheet: which column probably fills which, for them to correct.

A stage or a class that the charter does not know is left out, so that its rows are parked with the reason instead of
entering wrongly; what is assumed, because a sheet does not say it, stands in a comment.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tenfold.charter.document import Charter
from tenfold.facts.maps.fill import ROW
from tenfold.facts.maps.sources import Sources
from tenfold.report.words import say
from tenfold.terms.errors import Complaint, Place, Refused
from tenfold.terms.listed import Listed

HEADERS = Path(__file__).with_name("headers.json")
STAGES = Path(__file__).with_name("stages.json")
OUTCOMES = ("declined", "lapsed")  # what a deal may come to besides the stages of the charter
MONEY_IN = "wired"
NOTHING = ("0", "0.0", "0.00", "0元", "-", "–", "—", "/", "无")  # how a sheet says that no money came
CHANNELS = ("call", "meeting", "message")  # the first that the charter knows stands where a sheet names none
ROUND = "current"
MEMBERS_FROM = ("signed", "wired")  # stages from which an investor is a member


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was recognised in a sheet: role → header, and the distinct cells of the columns that hold codes."""

    file: str
    roles: Mapping[str, str]
    values: Mapping[str, Sequence[str]]
    headers: Sequence[str]

    @property
    def name(self) -> str:
        """The header of the column that names a party."""
        return self.roles.get("organisation") or self.roles["person"]

    @property
    def kind(self) -> str:
        """What a party of this sheet probably is."""
        return "organisation" if "organisation" in self.roles else "person"


@cache
def _synonyms(path: Path = HEADERS) -> Mapping[str, Sequence[str]]:
    content: Mapping[str, Sequence[str]] = json.loads(path.read_text(encoding="utf-8"))
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
        expected = Listed([*_synonyms()["organisation"][:3], *_synonyms()["person"][:3]])
        raise Refused([Complaint("suggest.no_name", Place(file=path.name, row=1), {"expected": expected})])
    coded = {role: roles[role] for role in ("stage", "class", "channel") if role in roles}
    values: dict[str, Sequence[str]] = {
        role: sorted(value.strip() for value in frame[header].drop_nulls().unique() if value.strip())
        for role, header in coded.items()
    }
    return Sheet(path.name, roles, values, [header for header in frame.columns if header != ROW])


def _named(items: Sequence[Any]) -> dict[str, str]:
    """Return every name of the charter's items → id: the id itself and its labels in both languages."""
    return {word.casefold(): item.id for item in items for word in (item.id, item.zh, item.en) if word}


def _stages(charter: Charter) -> dict[str, str]:
    """Return the words of a pipeline → the charter's stage: what people usually write, and what the charter says."""
    usual = _synonyms(STAGES)
    ids = [*(stage.id for stage in charter.goals.funnel.stages), *OUTCOMES]
    known = {word.casefold(): id for id in reversed(ids) for word in (*usual.get(id, ()), id)}
    return known | _named(charter.goals.funnel.stages)


def _mapping(values: Sequence[str], known: Mapping[str, str]) -> dict[str, str]:
    return {value: known[value.casefold()] for value in values if value.casefold() in known}


def _line(**parts: object) -> str:
    return json.dumps(parts, ensure_ascii=False)


def suggestion(sheet: Sheet, charter: Charter, today: str, language: str) -> str:
    """Return the text of a map file for a sheet, in the ids of a charter; comments say what a person must decide."""
    lines = [f"# {say(language, 'suggest.head')}"]
    lines += [f"origin: {json.dumps(Path(sheet.file).stem, ensure_ascii=False)}", "maps:"]
    lines += _members(sheet, charter, today)
    if {"organisation", "person"} <= set(sheet.roles):
        lines += _contacts(sheet, today)
    if "amount" in sheet.roles and "stage" in sheet.roles:
        lines += [*_round(sheet, charter, today, language), f"  # {say(language, 'suggest.history')}"]
        lines += [*_unmapped(sheet, charter, language), *_deals(sheet, charter, today)]
        lines += _received(sheet, charter, today, language)
    if "talk" in sheet.roles:
        lines += _talks(sheet, charter, language)
    return "\n".join([*lines, *_unused(sheet, lines, language)]) + "\n"


def _unused(sheet: Sheet, lines: Sequence[str], language: str) -> Iterator[str]:
    """Name the columns of the sheet that no map speaks of."""
    text = "\n".join(lines)
    left = [" ".join(name.split()) for name in sheet.headers if json.dumps(name, ensure_ascii=False) not in text]
    if left:
        yield f"# {say(language, 'suggest.unused', {'columns': Listed(left)})}"


def _map(
    sheet: Sheet, table: str, cells: Mapping[str, str], extra: Sequence[str] = (), id: Sequence[str] = ()
) -> Iterator[str]:
    yield f"  - table: {table}"
    yield f"    from: {json.dumps(sheet.file, ensure_ascii=False)}"
    yield f"    id: {json.dumps([*(id or [sheet.name])], ensure_ascii=False)}"
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
        stages = _mapping(sheet.values["stage"], _stages(charter))
        closed = [word for word, stage in stages.items() if stage in MEMBERS_FROM]
        extra = [f"only: {_line(column=sheet.roles['stage'], **{'is': closed or ['wired']})}"]
    cells = {"party": _party(sheet), "class": of, "state": _line(value="active"), "occurred_at": since}
    return _map(sheet, "memberships", cells, extra)


def _round(sheet: Sheet, charter: Charter, today: str, language: str) -> Iterator[str]:
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
    for line in _map(sheet, "rounds", cells, ["columns: {all: {value: one}}", "distinct: [all]"], id=["all"]):
        if line.lstrip().startswith("stage:"):
            yield f"      # {say(language, 'suggest.stage')}"
        yield line


def _unmapped(sheet: Sheet, charter: Charter, language: str) -> Iterator[str]:
    """Name the stages of the sheet that nobody could place, and those of the charter: a person places them."""
    known = _stages(charter)
    left = [" ".join(value.split()) for value in sheet.values["stage"] if value.casefold() not in known]
    if left:
        valid = Listed([*(stage.id for stage in charter.goals.funnel.stages), *OUTCOMES])
        yield f"  # {say(language, 'suggest.unmapped', {'values': Listed(left), 'stages': valid})}"


def _when(sheet: Sheet, today: str, *roles: str) -> str:
    """Return the cell of a date: the first of the columns that is filled, else known only as before today."""
    cell: dict[str, object] = {"value": f"<{today}"}
    for role in reversed([role for role in roles if role in sheet.roles]):
        cell = {"column": sheet.roles[role], "else": cell}
    return _line(**cell)


def _currency(sheet: Sheet, charter: Charter) -> str:
    own = charter.charter.currency
    return _line(column=sheet.roles["currency"], default=own) if "currency" in sheet.roles else _line(value=own)


def _contacts(sheet: Sheet, today: str) -> Iterator[str]:
    """Yield the map of who speaks for an organisation."""
    person = sheet.roles["person"]
    cells = {"party": _line(key=[person], kind="person"), "organisation": _party(sheet)}
    if "title" in sheet.roles:
        cells["title"] = _line(column=sheet.roles["title"])
    cells["occurred_at"] = _line(value=f"<{today}")
    return _map(sheet, "affiliations", cells, [f"only: {_line(column=person, is_not='')}"])


def _received(sheet: Sheet, charter: Charter, today: str, language: str) -> Iterator[str]:
    """Yield the map of money received: by its own column, else of the deals whose stage says so."""
    stages = _mapping(sheet.values["stage"], _stages(charter))
    words = [word for word, stage in stages.items() if stage == MONEY_IN]
    amount, own = sheet.roles["amount"], sheet.roles.get("received")
    if charter.community.project is None or (own is None and not words):
        return
    extra = [f"only: {_line(column=sheet.roles['stage'], **{'is': words})}"]
    if own is not None:
        unpaid = {say(language, "suggest.unpaid"): {"column": own, "is": ["", *NOTHING]}}
        extra = [f"only: {_line(column=amount, is_not='')}", f"skip: {_line(**unpaid)}"]
    cells = {
        "payer": _party(sheet),
        "payee": _line(value=charter.community.project),
        "amount": _line(column=own or amount),
        "currency": _currency(sheet, charter),
        "purpose": _line(value="investment"),
        "round": _line(value=ROUND),
        "opportunity": _line(key=[sheet.name]),
        "occurred_at": _when(sheet, today, "received_on", "talk"),
    }
    yield f"  # {say(language, 'suggest.received')}"
    yield from _map(sheet, "cash_movements", cells, extra)


def _deals(sheet: Sheet, charter: Charter, today: str) -> Iterator[str]:
    stages = _mapping(sheet.values["stage"], _stages(charter))
    cells = {
        "opportunity": _line(key=[sheet.name]),
        "round": _line(value=ROUND),
        "party": _party(sheet),
        "amount": _line(column=sheet.roles["amount"]),
        "currency": _currency(sheet, charter),
        "stage": _line(column=sheet.roles["stage"], map=stages),
        "occurred_at": _when(sheet, today, "talk"),
    }
    only = json.dumps({"column": sheet.roles["amount"], "is_not": ""}, ensure_ascii=False)
    return _map(sheet, "opportunities", cells, [f"only: {only}"], id=[sheet.name, sheet.roles["stage"]])


def _talks(sheet: Sheet, charter: Charter, language: str) -> Iterator[str]:
    """Yield the map of talks, one for each date that the sheet has ever held."""
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
    yield f"  # {say(language, 'suggest.talks', {'channel': usual})}"
    yield from _map(sheet, "interactions", cells, [f"only: {only}"], id=[sheet.name, sheet.roles["talk"]])
