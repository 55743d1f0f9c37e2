"""What a charter means where it says nothing, and how far each of its numbers may go (`numbers.yaml`).

The table is written by hand: a default that moves changes what every charter without the line asks of people, and a
bound that moves refuses a charter that was accepted.
"""

from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML

from tenfold.charter.document import Charter
from tenfold.charter.schema import models_of
from tenfold.terms.clauses import Clause

TABLE: dict[str, dict[str, Any]] = YAML(typ="safe").load(Path(__file__).with_name("numbers.yaml"))
MODELS = {model.__name__: model for model in models_of(Charter)}


def defaults(model: type[Clause]) -> dict[str, Any]:
    """Return what is meant by each key that says nothing; a part that has defaults of its own says them itself."""
    unsaid = model.model_construct()
    dumped = unsaid.model_dump(mode="json", by_alias=True, exclude_none=True)
    said = {key: value for key, value in dumped.items() if not _is_empty(value)}
    inner = {key for key in said if isinstance(part := getattr(unsaid, key, None), Clause) and defaults(type(part))}
    return {f"{model.__name__}.{key}": value for key, value in said.items() if key not in inner}


def _is_empty(value: Any) -> bool:
    return value == [] or (isinstance(value, dict) and all(_is_empty(part) for part in value.values()))


def test_what_a_charter_does_not_say_means_what_it_meant() -> None:
    meant = {place: value for model in MODELS.values() for place, value in defaults(model).items()}
    assert meant == TABLE["defaults"]


@pytest.mark.parametrize("place", TABLE["bounds"])
def test_a_number_goes_to_its_bound_and_not_a_step_beyond(place: str) -> None:
    bounds = TABLE["bounds"][place]
    name, _, key = place.partition(".")
    field = MODELS[name].model_fields[key]
    one = TypeAdapter(field.rebuild_annotation())
    for value in bounds["goes"]:
        one.validate_python(value)
    for value in bounds["refused"]:
        with pytest.raises(ValidationError):
            one.validate_python(value)
