"""JSON Schema (draft 2020-12) of the charter, each field described in both languages.

The words are a catalogue's, given by the caller: `Model` titles a part, `Model.key` describes a field.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from tenfold.charter.document import Charter
from tenfold.terms.clauses import Clause

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Words = Mapping[str, Mapping[str, str]]  # language → id → text


def charter_schema(language: str, words: Words) -> dict[str, Any]:
    """Return the schema; `description` is in `language`, `x-zh` and `x-en` hold both."""
    schema = Charter.model_json_schema(by_alias=True, schema_generator=_Plain)
    parts: dict[str, dict[str, Any]] = schema.pop("$defs")
    models = {model.__name__: model for model in models_of(Charter)}
    for name, part in {**parts, Charter.__name__: schema}.items():
        if name in models:
            _describe(part, models[name], language, words)
    return {"$schema": DIALECT, **schema, "$defs": dict(sorted(parts.items()))}


def word_id(model: type[Clause], key: str) -> str:
    """Return the id of a field's words: that of the model which declares it, so that inherited fields are said once."""
    name = next((name for name, info in model.model_fields.items() if (info.alias or name) == key), key)
    owner = next(base for base in model.__mro__ if name in vars(base).get("__annotations__", {}))
    return f"{owner.__name__}.{key}"


def models_of(model: type[Clause]) -> Iterator[type[Clause]]:
    """Yield every model that a charter is made of, once."""
    found: dict[type[Clause], None] = {}
    waiting: list[Any] = [model]
    while waiting:
        kind = waiting.pop()
        waiting.extend(getattr(kind, "__args__", ()))
        if isinstance(kind, type) and issubclass(kind, Clause) and kind not in found:
            found[kind] = None
            waiting.extend(info.annotation for info in kind.model_fields.values())
            waiting.append(vars(kind).get("__annotations__", {}).get("__pydantic_extra__"))
    yield from found


class _Plain(GenerateJsonSchema):
    """Without the titles that pydantic makes of Python names."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def _describe(part: dict[str, Any], model: type[Clause], language: str, words: Words) -> None:
    part["title"] = words[language][model.__name__]
    part.update(_both(model.__name__, words))
    part["description"] = part["title"]
    for key, field in part.get("properties", {}).items():
        id = word_id(model, key)
        field["description"] = words[language][id]
        field.update(_both(id, words))


def _both(id: str, words: Words) -> dict[str, str]:
    return {"x-en": words["en"][id], "x-zh": words["zh-Hans"][id]}
