"""Turns what pydantic found wrong into problems with our ids: one per error, each with its path in the document."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tenfold.charter.document import Charter
from tenfold.charter.strict_yaml import Document, shorten
from tenfold.terms import scalars
from tenfold.terms.clauses import Path, Problem
from tenfold.terms.listed import Listed

_PATTERNS = {
    scalars.ID: "id",
    scalars.MEASURE_ID: "measure_id",
    scalars.GUIDE: "guide",
    scalars.SLUG: "slug",
    f"^{scalars.CURRENCY}$": "currency",
}
_KINDS = {  # pydantic's error → our complaint
    "string_type": "text",
    "int_type": "whole_number",
    "int_parsing": "whole_number",
    "int_from_float": "whole_number",
    "bool_type": "true_or_false",
    "date_type": "date",
    "dict_type": "mapping",
    "model_type": "mapping",
    "model_attributes_type": "mapping",
    "tuple_type": "list",
    "list_type": "list",
}
_OWN = frozenset({"number", "money", "duration", "duration_unit", "applies_to", "pass_share", "timezone"})
_LIMITS = {
    "greater_than": ("above_zero", "gt"),
    "greater_than_equal": ("at_least", "ge"),
    "less_than_equal": ("at_most", "le"),
    "string_too_short": ("text_length", "min_length"),
    "string_too_long": ("text_length", "max_length"),
    "too_short": ("items_at_least", "min_length"),
    "too_long": ("items_at_most", "max_length"),
}


def problems(error: ValidationError, document: Document) -> Iterator[Problem]:
    """Yield every problem behind a validation error of a charter."""
    details = error.errors(include_url=False)
    inner = {detail["loc"][:depth] for detail in details for depth in range(len(detail["loc"]))}
    for detail in details:
        if detail["type"] == "too_short" and detail["loc"] in inner:
            continue  # too short only because an item was refused for its own reason
        path = _path(detail["loc"], document)
        if detail["type"] == "problems":
            for problem in detail["ctx"]["problems"]:
                yield Problem(problem.id, (*path, *problem.at), problem.params, problem.key)
        else:
            yield _problem(detail, path)


def _path(loc: Path, document: Document) -> Path:
    """Return the path in the document: pydantic's loc without its marks of unions and keys."""
    node = document.root
    path: list[str | int] = []
    for number, step in enumerate(loc, start=1):
        if node is not None and step in node.parts:
            node = node.parts[step]
            path.append(step)
        elif number == len(loc) and step != "[key]":
            path.append(step)  # a key that is missing
    return tuple(path)


def _problem(detail: ErrorDetails, path: Path) -> Problem:
    kind, ctx = detail["type"], detail.get("ctx", {})
    seen = shorten(detail["input"])
    on_key = detail["loc"][-1:] == ("[key]",)
    if kind == "missing" and isinstance(path[-1], int):
        return Problem("items_at_least", path[:-1], {"seen": path[-1], "limit": path[-1] + 1})
    if kind == "missing":
        return Problem("missing", path, {"key": path[-1]})
    if kind == "extra_forbidden":
        return _unknown_key(detail["loc"], path)
    if kind == "literal_error":
        words = re.findall(r"'([^']*)'|(\w+)", ctx["expected"].replace(" or ", " "))
        expected = " | ".join((quoted or bare).replace("True", "true") for quoted, bare in words)
        return Problem("one_of", path, {"seen": seen, "expected": expected})
    if kind == "string_pattern_mismatch":
        return Problem(_PATTERNS.get(ctx["pattern"], "form"), path, {"seen": seen, "pattern": ctx["pattern"]}, on_key)
    if kind == "less_than_equal" and ctx["le"] == 1:
        return Problem("share", path, {"seen": seen}, on_key)
    if kind in _LIMITS:
        id, limit = _LIMITS[kind]
        return Problem(id, path, {"seen": ctx.get("actual_length", seen), "limit": str(ctx[limit])}, on_key)
    return Problem(_KINDS.get(kind, kind if kind in _OWN else "wrong"), path, {**ctx, "seen": seen}, on_key)


def _unknown_key(loc: Path, path: Path) -> Problem:
    keys = _keys_at(Charter, loc[:-1])
    near = get_close_matches(str(loc[-1]), keys, n=1)
    params = {"seen": shorten(loc[-1]), "expected": Listed(keys)}
    if near:
        return Problem("unknown_key_near", path, {**params, "near": near[0]}, key=True)
    return Problem("unknown_key", path, params, key=True)


def _keys_at(kind: Any, loc: Path) -> list[str]:
    """Return the keys that the clause at `loc` knows, by following the annotations of the models."""
    for step in loc:
        kind = _part(kind, step)
    models = [part for part in (kind, *get_args(kind)) if isinstance(part, type) and issubclass(part, BaseModel)]
    return [info.alias or name for model in models for name, info in model.model_fields.items()]


def _part(kind: Any, step: str | int) -> Any:
    models = [part for part in (kind, *get_args(kind)) if isinstance(part, type) and issubclass(part, BaseModel)]
    for model in models:
        for name, info in model.model_fields.items():
            if step == (info.alias or name):
                return info.annotation
        extra = model.__annotations__.get("__pydantic_extra__")
        if extra is not None:
            return get_args(extra)[-1]
    args = [arg for arg in get_args(kind) if arg not in (type(None), Ellipsis)]
    return args[-1] if args else kind
