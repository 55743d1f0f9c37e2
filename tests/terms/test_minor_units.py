from tenfold.terms.money import iso_digits


def test_the_digits_of_every_currency_follow_the_list(case):
    expect = case("M23")["expected"]
    digits = {"zero": 0, "two_examples": 2, "three": 3, "four": 4, "no_minor_unit": None}
    for name, number in digits.items():
        for code in expect[name]:
            assert iso_digits(code) == number, code
