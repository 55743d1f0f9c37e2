from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.methods import ties

CHANNELS = {"interview": Decimal(4), "meeting": Decimal(3), "message": Decimal(1), "broadcast": Decimal(0)}


def summed(contacts, half_life):
    return (
        sum(ties.contact_weight(CHANNELS[row["channel"]], row["age_days"], half_life) for row in contacts) / ties.UNIT
    )


def test_the_tie_of_the_worked_example(worked):
    given_, expect = worked["tie_strength"]["input"], worked["tie_strength"]["expect"]
    out, into = (summed(given_[side], given_["half_life_days"]) for side in ("out", "in"))
    quality = float(given_["substantive_share_last_10"]) * float(given_["follow_ups_done_share"])
    parts = {
        "intensity": ties.intensity(out, into, kappa=given_["kappa"]),
        "reciprocity": ties.reciprocity(out, into),
        "quality": quality,
        "duration": ties.duration(given_["months"]),
    }
    assert (round(out, 4), round(into, 4)) == (expect["out"], expect["in"])
    for name, value in parts.items():
        assert round(value, 4) == expect[name], name
    assert round(ties.strength(list(parts.values()), list(given_["weights"].values())), 4) == expect["strength"]


CONTACTS = st.lists(
    st.fixed_dictionaries({"channel": st.sampled_from(sorted(CHANNELS)), "age_days": st.integers(0, 400)}), max_size=12
)


@given(CONTACTS, CONTACTS, st.integers(0, 400))
def test_one_more_contact_never_lowers_intensity_and_a_broadcast_never_raises_it(out, into, age):
    before = ties.intensity(summed(out, 45), summed(into, 45))
    assert 0 <= before <= 1
    for channel in CHANNELS:
        more = [*out, {"channel": channel, "age_days": age}]
        after = ties.intensity(summed(more, 45), summed(into, 45))
        assert after == before if channel == "broadcast" else after >= before


@given(CONTACTS, st.floats(0, 500))
def test_symmetric_contacts_are_fully_mutual_and_strength_stays_within_one(contacts, months):
    weight = summed(contacts, 45)
    mutual = ties.reciprocity(weight, weight)
    assert mutual in (None, 1.0)
    value = ties.strength([ties.intensity(weight, weight), mutual, 1.0, ties.duration(months)], [40, 25, 20, 15])
    assert value is None if mutual is None else 0 <= value <= 1


def test_a_half_life_halves():
    table = ties.decay_table(45, 91)
    assert (table[0], table[45], table[90]) == (10**9, 5 * 10**8, 25 * 10**7)
    assert ties.strength([None, 1.0], [1, 1]) is None
    assert ties.duration(0) == pytest.approx(0)
