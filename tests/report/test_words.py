"""The catalogue says the same things in both languages."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from markupsafe import Markup

from tenfold.engine.registry import registry
from tenfold.facts.declaration import TABLES
from tenfold.report.speech import LISTED, PERSONS, TESTED
from tenfold.report.words import FOLDER, LANGUAGES, catalogue, language_of, marked, say
from tenfold.terms.listed import Listed

SOURCE = FOLDER.parents[1]
MECHANISMS = SOURCE / "mechanisms"
CODE = re.compile(r"[a-z_]+: |键: 值")  # a key of YAML with its value
CHINESE = r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”]"
BETWEEN = re.compile(rf"(?:{CHINESE}|\}}) ?[,;:?!()]|[,;:?!()] ?(?:{CHINESE}|\{{)")
INTERVAL = re.compile(r"\[\{\w+\}, \{\w+\}\]")

CHARTERS = [
    path for part in ("charter/templates", "demo/charters") for path in (FOLDER.parents[1] / part).glob("*.yaml")
]
NAMED = re.compile(r"(?:evidence|jobs|excused_by|facets|criteria): [\[{](.*?)[\]}]|action: (\w+)")
CHOICE = re.compile(r"\{\w+:[^{}|]*\|([^{}|]+)\}")
NO_NOUNS = {"are", "asks", "change", "it", "others", "rest", "them", "those", "times"}
# A column that holds things, and rules whose number is an input of its own.
NO_COUNTS = {
    "reading.ask.round_cells",
    "rule.points_flat",
    "rule.points_rate",
    "rule.score_minimum",
}
CHARTER_WORD = re.compile(r"[a-z][a-z_]+")


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_messages() -> None:
    zh, en = (catalogue(language) for language in LANGUAGES)
    assert sorted(zh) == sorted(en)


def test_a_message_has_the_same_placeholders_in_both_languages() -> None:
    zh, en = (catalogue(language) for language in LANGUAGES)
    differing = {id: (zh[id], en[id]) for id in en if _placeholders(zh[id]) != _placeholders(en[id])}
    assert differing == {}


def test_no_code_fills_a_message_by_itself() -> None:
    """A message may choose a word by a count, which `str.format` does not know."""
    found = [
        f"{path.relative_to(SOURCE)}:{call.lineno}"
        for path in sorted(SOURCE.rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in ("format", "format_map")
        and isinstance(call.func.value, ast.Subscript)
    ]
    assert found == []


def test_no_message_is_said_twice_in_different_areas() -> None:
    for language in LANGUAGES:
        counted = sum(
            len(path.read_text(encoding="utf-8").split('": "')) - 1 for path in (FOLDER / language).glob("*.json")
        )
        assert counted == len(catalogue(language))


def test_chinese_is_punctuated_in_full_width() -> None:
    zh = {id: INTERVAL.sub("", CODE.sub("", text)) for id, text in catalogue("zh-Hans").items()}
    narrow = {id: text for id, text in zh.items() if re.search(CHINESE, text) and BETWEEN.search(text)}
    assert narrow == {}


def test_what_was_seen_is_said_in_one_way() -> None:
    ways = {way for text in catalogue("zh-Hans").values() for way in re.findall(rf"({CHINESE}+) \{{seen\}}", text)}
    assert ways >= {"现为"}
    assert "看到" not in ways


@pytest.mark.parametrize(
    ("locale", "language"), [("zh_CN.UTF-8", "zh-Hans"), ("en_GB", "en"), ("de_DE", "en"), (None, "en")]
)
def test_the_language_follows_the_locale(locale: str | None, language: str) -> None:
    assert language_of(locale) == language


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 decisions, 0 open"),
        (1, "1 decision, 0 open"),
        (2, "2 decisions, 0 open"),
        ("1", "1 decision, 0 open"),
        (Markup("<a>1</a>"), "<a>1</a> decision, 0 open"),
        ("1,000", "1,000 decisions, 0 open"),
        ("1.0", "1.0 decisions, 0 open"),
        ("1k", "1k decisions, 0 open"),
    ],
)
def test_a_word_beside_a_count_is_chosen_by_the_plural_rule(count: object, said: str) -> None:
    params = {"n": count, "open": 0}
    assert say("en", "report.decisions.count", params) == said
    assert marked("en", "report.decisions.count", params) == Markup(said)


def test_a_noun_that_a_count_chooses_once_is_chosen_by_every_count() -> None:
    texts = catalogue("en")
    nouns = {form for text in texts.values() for form in CHOICE.findall(text)} - NO_NOUNS
    plain = re.compile(rf"\{{\w+\}} (?:[a-z-]+ )?(?:{'|'.join(sorted(nouns))})\b")
    assert {id for id, text in texts.items() if plain.search(text)} == NO_COUNTS


def test_an_unknown_message_is_shown_by_its_id() -> None:
    assert say("en", "no.such.message") == "no.such.message"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_a_fact_may_hold_is_translated(language: str) -> None:
    columns = [column for table in TABLES.values() for column in table.columns.values() if column.name != "precision"]
    codes = {f"code.{column.name}.{value}" for column in columns for value in (column.item or column).values}
    assert codes - catalogue(language).keys() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_measure_has_a_short_name(language: str) -> None:
    wanted = {f"report.name.{spec.id}" for spec in registry().measures}
    assert wanted - catalogue(language).keys() == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", CHARTERS, ids=lambda path: path.stem)
def test_what_our_charters_name_without_a_label_has_words(path: Path, language: str) -> None:
    listed = " ".join("".join(found) + " " for found in NAMED.findall(path.read_text(encoding="utf-8")))
    wanted = {f"report.name.{word}" for word in CHARTER_WORD.findall(listed)}
    assert wanted - catalogue(language).keys() == set()


# Lists that a program reads: SQL, YAML, addresses of a letter, the log; and what a reader of YAML wrote as a list.
FOR_PROGRAMS = {
    "charter/templates.py",
    "engine/cases.py",
    "engine/reduce.py",
    "facts/maps/language.py",
    "terms/errors.py",
    "web/jobs/intake.py",
    "web/store/append.py",
    "web/store/outbox.py",
    "web/store/source.py",
}


def test_a_list_has_the_commas_of_the_language() -> None:
    given = {"seen": "x", "expected": Listed(["signed", "wired"]), "question": "q"}
    assert "signed、wired" in say("zh-Hans", "reading.answer", given)
    assert "signed, wired" in say("en", "reading.answer", given)
    assert "signed、wired" in marked("zh-Hans", "reading.answer", given)


def test_what_would_fit_is_a_list_even_where_a_table_kept_it_as_one_text() -> None:
    given = {"seen": "x, y", "expected": "signed, wired", "question": "q"}
    assert "signed、wired" in say("zh-Hans", "reading.answer", given)
    assert "x, y" in say("zh-Hans", "reading.answer", given)  # what somebody wrote stays as it is


def test_a_comma_within_a_thing_of_a_list_stays() -> None:
    given = {"names": Listed(["Wang, Li", "Lin"]), "rows": 2}
    assert "Wang, Li、Lin" in say("zh-Hans", "reading.note.no_amount", given)


def test_programs_read_a_list_as_one_text() -> None:
    listed = Listed(["signed", "wired"])
    assert (listed, listed.parts, Listed([])) == ("signed, wired", ("signed", "wired"), "")


def test_no_code_joins_a_list_for_people_with_a_comma_of_its_own() -> None:
    """`Listed` leaves the comma to the language; the mechanisms' lists go through JSON and are said by `Speech`."""
    found = {
        str(path.relative_to(SOURCE))
        for path in sorted(SOURCE.rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "join"
        and isinstance(call.func.value, ast.Constant)
        and call.func.value.value in (", ", "; ")
    }
    assert {path for path in found if not path.startswith("mechanisms/")} == FOR_PROGRAMS


def test_lists_of_decisions_are_known_by_the_names_of_their_parameters() -> None:
    """JSON keeps such a list as one text: `Speech` knows which parameters hold one."""
    joined = {
        key.value
        for path in sorted(MECHANISMS.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and re.search("'[,;] '.join", ast.unparse(value))
    }
    assert joined
    assert joined <= LISTED | TESTED | PERSONS
