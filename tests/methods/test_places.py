"""A country is known by what people call it, in their language or by a code, and by nothing that two are called."""

import pytest

from tenfold.methods.places import country_named


@pytest.mark.parametrize(
    ("code", "names"),
    [
        (
            "CN",
            ("中国", "中國", "China", "CHINA", " china ", "CHN", "ＣＮ", "P.R. China", "中华人民共和国"),
        ),
        ("HK", ("香港", "中国香港", "中国香港特别行政区", "Hong Kong", "HKG", "hk")),
        ("TW", ("台湾", "台灣", "Taiwan", "TWN")),
        ("GB", ("英国", "UK", "U.K.", "United Kingdom", "GBR", "England")),
        ("US", ("美国", "USA", "U.S.", "United States", "United States of America")),
        ("DE", ("德国", "Deutschland", "Germany", "DEU")),
        ("CI", ("Côte d’Ivoire", "cote d'ivoire", "CIV")),
    ],
)
def test_a_country_is_known_by_its_names_and_codes(code: str, names: tuple[str, ...]) -> None:
    assert {name: country_named(name) for name in names} == dict.fromkeys(names, code)


@pytest.mark.parametrize("text", ["", " ", "—", "Utopia", "Europe", "EU", "ZZ", "156", "Congo", "Korea", "上海", "C"])
def test_what_names_no_country_or_two_is_none(text: str) -> None:
    assert country_named(text) is None
