import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.methods import linkage, names, pinyin, similarity
from tenfold.methods.latin import to_latin


def test_the_identity_match_of_the_worked_example(worked):
    given_, expect = worked["identity_match"]["input"], worked["identity_match"]["expect"]
    above, below = given_["prior"].split("/")
    for kind in ("common", "rare"):
        fields = (f"agree_name_{kind}", "agree_organisation", "disagree_phone")
        seen = [(float(given_[field]["m"]), float(given_[field]["u"])) for field in fields]
        assert round(linkage.match_weight(int(above) / int(below), seen), 2) == expect[f"{kind}_name"]["weight"]
        assert (
            round(linkage.match_probability(int(above) / int(below), seen), 4) == expect[f"{kind}_name"]["probability"]
        )


def test_weights_are_base_two_logarithms(case):
    published = case("S24")
    m, u = published["inputs"]["m"], 1 / 12
    for agrees, name in ((True, "agree"), (False, "disagree")):
        found = linkage.weight(linkage.outcome(m, u, agrees=agrees))
        assert found == pytest.approx(float(published["expected"][name]), abs=0.01)


def test_jaro_winkler_of_the_classic_pairs(case):
    published = case("S01")
    for method in ("jaro", "jaro_winkler"):
        for pair, text in zip(published["inputs"][method], published["expected"][method], strict=True):
            assert getattr(similarity, method)(*pair) == pytest.approx(float(text), abs=6e-4), pair


def test_the_plain_variant_is_the_default(case):
    published = case("S03")
    rows = zip(
        published["inputs"], published["expected"]["plain"], published["expected"]["long_tolerance"], strict=True
    )
    for pair, plain, long in rows:
        assert similarity.jaro_winkler(*pair) == pytest.approx(float(plain), abs=6e-4)
        assert similarity.jaro_winkler(*pair, long_tolerance=True) == pytest.approx(float(long), abs=6e-4)


def test_edit_distances(case):
    published = case("S04")
    for name, method in (("levenshtein", similarity.levenshtein), ("damerau", similarity.damerau_levenshtein)):
        assert [method(*pair) for pair in published["inputs"][name]] == published["expected"][name]


def test_american_soundex(case):
    published = case("S06")
    assert [similarity.soundex(name) for name in published["inputs"]] == published["expected"]


def test_sorting_keys_of_names(case):
    published = case("S11")
    assert [names.sorting_key(name) for name in published["inputs"]] == published["expected"]


def test_legal_forms_become_short_and_come_off(case):
    published = case("S13")
    inputs, expect = published["inputs"], published["expected"]
    assert [names.shorten_form(name) for name in inputs["compare"]] == expect["compare"]
    assert [names.shorten_form(name, generic=True) for name in inputs["generic"]] == expect["generic"]
    assert [names.without_form(name) for name in inputs["remove"]] == expect["remove"]


def test_a_chinese_legal_form_is_found_without_a_blank(case):
    published = case("S15")
    assert [names.legal_form(name) for name in published["inputs"]] == published["expected"]["wanted_from_a_product"]
    assert len({names.organisation_key(name) for name in published["inputs"]}) == 1


def test_letters_to_latin(case):
    published = case("S16")
    assert [to_latin(name) for name in published["inputs"]] == published["expected"]
    assert to_latin("が한글") == "が한글"


def test_published_verdicts_are_mostly_shared(case):
    published = case("S18")
    agreed = 0
    for row, verdict in zip(published["inputs"], published["expected"], strict=True):
        agreed += (names.similar(row["query"]["name"], row["result"]["name"]) >= 0.85) == verdict
    assert agreed >= 10, agreed


def test_exact_names_and_contradicting_last_names(case):
    published = case("S20")
    inputs, expect = published["inputs"], published["expected"]
    assert [names.literally_same(inputs["company"], other) for other in inputs["others"]] == expect["literal"]
    assert [names.last_names_contradict(inputs["last_name"], other) for other in inputs["other_last"]] == expect[
        "mismatch"
    ]


def test_word_order_and_hyphens_change_no_score(case):
    published = case("S22")
    for one, two in published["inputs"]:
        assert names.similar(one, two) == names.similar(" ".join(one.split()[::-1]), two)
    assert names.similar("AL-QAEDA", "AL QAEDA") == names.similar("ALQAEDA", "AL QAEDA") == 1
    assert names.similar("GEORGE BUSH", "GEORGIOU, Georgios") < 0.85


def test_chinese_names_by_the_national_standard(case):
    published = case("S26")
    assert [pinyin.romanise(name) for name in published["inputs"]] == published["expected"]


def test_surnames_are_read_as_surnames(case):
    published = case("S28")
    for surname, expect in zip(published["inputs"], published["expected"]["surname"], strict=True):
        assert pinyin.surname_readings(surname)[0] == expect.lower()
    assert "di" in pinyin.surname_readings("翟")


def test_surnames_sort_by_pinyin(case):
    published = case("S29")
    assert sorted(published["inputs"]["surnames"], key=pinyin.sort_key) == published["expected"]["surnames"]


def test_parts_and_titles(case):
    published = case("S30")
    assert [names.tokens(name) for name in published["inputs"]["tokens"]] == published["expected"]["tokens"]
    assert [names.drop_title(name) for name in published["inputs"]["prefix"]] == published["expected"]["prefix"]


def test_family_name_first_or_last(case):
    published = case("S33")
    for (one, two), expect in zip(published["inputs"], published["expected"], strict=True):
        found = dict(zip(("query", "result"), names.align(one, two), strict=True))
        assert {side: found[side] for side in expect} == expect
    assert names.similar(*published["inputs"][2]) == 1


def test_one_surname_however_it_is_typed():
    for typed in ("Lü Yue", "LV Yue", "Lyu Yue", "Yue LYU"):
        assert pinyin.name_keys(typed) & pinyin.name_keys("吕月"), typed
    assert not pinyin.name_keys("Lu Yue") & pinyin.name_keys("吕月")
    assert pinyin.name_keys("Di Ming") & pinyin.name_keys("翟明")
    assert pinyin.name_keys("Zhai Ming") & pinyin.name_keys("翟明")


@given(st.text(max_size=20), st.text(max_size=20))
def test_similarities_are_symmetric_and_bounded(one, two):
    assert 0 <= similarity.jaro(one, two) == pytest.approx(similarity.jaro(two, one))
    assert similarity.jaro_winkler(one, one) == 1
    assert (
        similarity.levenshtein(one, two) == similarity.levenshtein(two, one) >= similarity.damerau_levenshtein(one, two)
    )


@given(st.text(max_size=30))
def test_any_text_has_keys(name):
    assert names.sorting_key(names.sorting_key(name)) is not None
    assert 0 <= names.similar(name, name) <= 1
    assert isinstance(pinyin.sort_key(name), tuple)


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("长沙银行", "changshayinhang"),
        ("长江资本", "changjiangziben"),
        ("乐山基金", "leshanjijin"),
        ("解放路", "jiefanglu"),
        ("解晓东", "xiexiaodong"),
        ("长孙无忌", "zhangsunwuji"),
    ],
)
def test_a_place_is_read_as_a_place_and_a_surname_as_a_surname(name: str, reading: str) -> None:
    assert pinyin.name_keys(name) == {reading}
    assert "".join(pinyin.sort_key(name)[1]) == reading
