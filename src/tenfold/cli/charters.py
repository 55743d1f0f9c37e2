"""Commands on charters and schemas: charter diff, charter test, schema."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tenfold.cli.options import FOUND, Folder, output_of

CharterPath = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]


class Kind(StrEnum):
    """What a schema describes."""

    CHARTER = "charter"
    FACTS = "facts"


def schema(context: typer.Context, kind: Annotated[Kind, typer.Argument(metavar="charter|facts")]) -> None:
    """Print the JSON Schema of charters or of fact tables."""
    from tenfold.charter.schema import charter_schema
    from tenfold.facts.declaration import fact_schema
    from tenfold.report.words import LANGUAGES, catalogue

    output = output_of(context)
    words = {language: catalogue(language) for language in LANGUAGES}
    described = charter_schema(output.language, words) if kind is Kind.CHARTER else fact_schema(output.language)
    sys.stdout.write(json.dumps(described, ensure_ascii=False, indent=2, sort_keys=True) + "\n")


def diff(context: typer.Context, before: CharterPath, after: CharterPath) -> None:
    """Say in plain sentences what changes from one charter to another."""
    from tenfold.charter.diff import diff as changes
    from tenfold.charter.load import load_charter

    output = output_of(context)
    found = changes(load_charter(before), load_charter(after), output.language)
    output.result([{"pointer": one.pointer, "text": output.say(one.id, **one.params)} for one in found])
    for one in found:
        output.text(output.say(one.id, **one.params))
    if not found:
        output.line("cli.charter.same")


def test(context: typer.Context, folder: Folder) -> int:
    """Run the cases that lie beside a charter (`cases/*.yaml`)."""
    from tenfold.engine.cases import run_folder

    output = output_of(context)
    cases, failures = run_folder(folder)
    output.result(
        {
            "cases": cases,
            "missed": [
                {"case": one.case, "id": one.id, "expected": one.expected, "absent": one.absent, "seen": one.seen}
                for one in failures
            ],
        }
    )
    for one in failures:
        id = "cli.charter.unwanted" if one.absent else "cli.charter.missed"
        output.line(id, case=one.case, measure=one.id, expected=dict(one.expected), seen=list(one.seen))
    output.line("cli.charter.tested", cases=cases, missed=len(failures))
    return FOUND if failures else 0
