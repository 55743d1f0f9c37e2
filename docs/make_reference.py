"""Writes the reference pages from the registry and the schemas, in both languages: `python docs/make_reference.py`."""

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from tenfold.charter.schema import charter_schema
from tenfold.engine.registry import registry
from tenfold.facts.maps.language import Maps
from tenfold.facts.reference import reference
from tenfold.report.words import LANGUAGES, catalogue, say, unfilled
from tenfold.terms.measure import Spec

MAP = "maplanguage"  # before the ids of what the words of map files are called
# In the order in which one meets them; a test finds one that is missing.
MAP_MODELS = (
    "Maps", "Map", "Cell", "Condition", "Match", "Joins", "Who", "Each", "Snapshots", "Rescored", "Day", "Money",
    "Column", "Lookup", "Reading",
)  # fmt: skip
MAP_EXTRAS = {"Map": ("columns",), "Cell": ("order",)}
FULL_STOP = {"en": ".", "zh-Hans": "。"}
EXAMPLE = """```yaml
origin: shop
maps:
  - table: contributions
    from: sales.csv
    id: [no]
    set:
      party: {key: seller, kind: person}
      type: {value: sale}
      quantity: {column: pieces}
      occurred_at: {column: day, date: ["%d.%m.%Y"]}
```"""

FOLDER = Path(__file__).parent / "reference"


def measures(language: str) -> str:
    """Return the page of all measures, by room."""
    lines = [f"# {say(language, 'reference.measures')}", "", say(language, "reference.measures.about"), ""]
    listed = sorted(registry().measures, key=lambda spec: (spec.room, spec.id))
    for room, specs in groupby(listed, key=lambda spec: spec.room):
        lines += [f"## {say(language, f'room.{room}')}", "", *_table(language, list(specs)), ""]
    return "\n".join(lines)


def _table(language: str, specs: list[Spec]) -> Iterator[str]:
    heads = ("id", "definition", "how", "subject", "unit", "direction", "minimum", "reads", "rule", "source")
    yield f"| {' | '.join(say(language, f'reference.{head}') for head in heads)} |"
    yield f"|{'---|' * len(heads)}"
    for spec in specs:
        cells = (
            f"`{spec.id}` v{spec.version}",
            say(language, f"measure.{spec.id}"),
            "<br>".join(_arithmetic(language, spec)),
            spec.subject,
            spec.unit,
            say(language, f"reference.direction.{spec.direction.replace(' ', '_')}"),
            spec.minimum or "–",
            ", ".join(f"`{id}`" for id in spec.reads) or "–",
            f"`{spec.pointer}`" if spec.pointer else "–",
            spec.source or "–",
        )
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _arithmetic(language: str, spec: Spec) -> Iterator[str]:
    """Yield the sentences in which a value says how it was made, with the names of its figures."""
    yield from (unfilled(language, f"how.{spec.id}.{way}") for way in spec.ways)
    if not spec.ways:
        yield unfilled(language, f"how.{spec.id}")


def charter(language: str) -> str:
    """Return the page of the charter: every model with its fields."""
    words = {one: catalogue(one) for one in LANGUAGES}
    schema = charter_schema(language, words)
    lines = [f"# {say(language, 'reference.charter')}", "", say(language, "reference.charter.about"), ""]
    for name, model in [("Charter", schema), *sorted(schema["$defs"].items())]:
        if model.get("properties"):
            lines += [f"## {name}", "", *_fields(language, model), ""]
    return "\n".join(lines)


def _fields(language: str, model: Mapping[str, Any]) -> Iterator[str]:
    heads = ("field", "definition", "type", "default")
    yield f"| {' | '.join(say(language, f'reference.{head}') for head in heads)} |"
    yield "|---|---|---|---|"
    required = set(model.get("required", ()))
    for name, field in model["properties"].items():
        default = say(language, "reference.required") if name in required else f"`{json.dumps(field.get('default'))}`"
        described = str(field.get("description", "")).replace("|", "\\|").replace("\n", " ")
        yield f"| `{name}` | {described} | {_type(field)} | {default} |"


def _type(field: Mapping[str, Any]) -> str:
    if "$ref" in field:
        name = field["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    for key in ("anyOf", "oneOf"):
        if key in field:
            return " \\| ".join(_type(one) for one in field[key])
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return " \\| ".join(f"`{one}`" for one in field["enum"])
    if field.get("type") == "array":
        return f"[{_type(field.get('items', {}))}]"
    if isinstance(field.get("additionalProperties"), dict):
        return f"{{id: {_type(field['additionalProperties'])}}}"
    return str(field.get("type", "any"))


def maps(language: str) -> str:
    """Return the page of map files: every word of their language, from the models that check them."""
    schema = Maps.model_json_schema(by_alias=True)
    models = {Maps.__name__: schema, **schema["$defs"]}
    page = f"{MAP}.page"
    lines = [f"# {say(language, f'{page}.title')}", "", say(language, f"{page}.about"), "", EXAMPLE, ""]
    lines += [say(language, f"{page}.file"), ""]
    for name in MAP_MODELS:
        lines += [f"## {name}", "", f"{say(language, f'{MAP}.{name}')}{FULL_STOP[language]}", ""]
        lines += [*_fields(language, _described(language, name, models[name])), ""]
        lines += [text for extra in MAP_EXTRAS.get(name, ()) for text in (say(language, f"{page}.{extra}"), "")]
    again = [f"## {say(language, f'{page}.again.title')}", "", say(language, f"{page}.again")]
    return "\n".join([*lines, *again])


def _described(language: str, name: str, model: Mapping[str, Any]) -> dict[str, Any]:
    """Return a model whose fields say in words what they are; a duration is a text like any other."""
    fields = {}
    for field, known in model["properties"].items():
        plain = {"type": "string"} if field == "plus" else known
        fields[field] = plain | {"description": say(language, f"{MAP}.{name}.{field}")}
    return {**model, "properties": fields}


def facts(language: str) -> str:
    """Return the page of the fact tables."""
    return reference(language, lambda id, params: say(language, id, params))


def pages() -> dict[Path, str]:
    """Return every page by its path."""
    made = {"measures": measures, "charter": charter, "facts": facts, "maps": maps}
    return {
        FOLDER / language / f"{name}.md": f"{make(language).rstrip()}\n"
        for name, make in made.items()
        for language in LANGUAGES
    }


def main() -> None:
    """Write the pages."""
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
