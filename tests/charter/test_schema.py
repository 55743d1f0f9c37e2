import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tenfold.charter import strict_yaml
from tenfold.charter.document import Charter
from tenfold.charter.schema import charter_schema, models_of, word_id
from tenfold.report.words import LANGUAGES, catalogue

WORDS = {language: catalogue(language) for language in LANGUAGES}
FOLDER = Path(__file__).parents[2] / "src" / "tenfold" / "report" / "words"


def ids() -> set[str]:
    """Every part that a charter may hold, and every field of it."""
    found: set[str] = set()
    for model in models_of(Charter):
        keys = [info.alias or name for name, info in model.model_fields.items()]
        found |= {model.__name__, *(word_id(model, key) for key in keys)}
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_of_every_part_has_words_and_no_word_is_left_over(language: str) -> None:
    assert set(json.loads((FOLDER / language / "charter_fields.json").read_text(encoding="utf-8"))) == ids()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_schema_describes_each_field_in_both_languages(language: str) -> None:
    schema = charter_schema(language, WORDS)
    properties: dict[str, Any] = schema["$defs"]["InteractionRules"]["properties"]
    assert schema["$schema"].endswith("2020-12/schema")
    assert properties["half_life"]["description"] == WORDS[language]["InteractionRules.half_life"]
    assert {"x-en", "x-zh"} <= properties["cadence"].keys()
    assert all("title" in part for part in schema["$defs"].values())


def test_the_schema_refuses_unknown_keys_and_requires_the_ten() -> None:
    schema = charter_schema("en", WORDS)
    assert len(schema["required"]) == 12
    assert all(part["additionalProperties"] is False for name, part in schema["$defs"].items() if name != "Surveys")
    assert schema["$defs"]["Surveys"]["additionalProperties"] == {"$ref": "#/$defs/Survey"}


@pytest.mark.parametrize(
    ("old", "new"), [("", ""), ("half_life: 45d", "half_life: 45"), ("id: kr1,", "id: kr1, colour: red,")]
)
def test_the_schema_and_the_loader_agree(old: str, new: str) -> None:
    text = (Path(__file__).parent / "small.yaml").read_text(encoding="utf-8").replace(old, new, 1)
    content = json.loads(json.dumps(strict_yaml.read(text.encode(), "small.yaml").value, default=str))
    validator = jsonschema.Draft202012Validator(charter_schema("en", WORDS))
    assert validator.is_valid(content) is (not old)


def test_the_schema_is_the_same_every_time() -> None:
    assert json.dumps(charter_schema("en", WORDS)) == json.dumps(charter_schema("en", WORDS))


def test_parts_have_names_of_their_own() -> None:
    names = [model.__name__ for model in models_of(Charter)]
    assert len(names) == len(set(names))
