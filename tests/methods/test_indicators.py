from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from tenfold.methods.indicators import states, to_leave

SERIES = st.lists(st.one_of(st.none(), st.integers(0, 60)), max_size=30)


def test_the_series_of_the_worked_example(worked):
    given_ = worked["indicator_hysteresis"]["input"]
    rules = {key: Decimal(given_[key]) for key in ("amber", "red", "band")}
    series = [Decimal(text) for text in given_["series"]]
    counts = {key: given_[key] for key in ("enter_after", "leave_after")}
    assert states(series, **rules, **counts) == worked["indicator_hysteresis"]["expect"]["states"]
    mirrored = {**rules, "amber": -rules["amber"], "red": -rules["red"]}
    assert (
        states([-x for x in series], **mirrored, **counts, above=False)
        == worked["indicator_hysteresis"]["expect"]["states"]
    )


@given(SERIES, st.integers(1, 3), st.integers(1, 3))
def test_a_missing_observation_changes_no_state_and_breaks_no_run(series, enter, leave):
    rules = {"amber": 30, "red": 40, "band": 3, "enter_after": enter, "leave_after": leave}
    full = states(series, **rules)
    assert [s for s, x in zip(full, series, strict=True) if x is not None] == states(
        [x for x in series if x is not None], **rules
    )


@given(SERIES)
def test_a_value_inside_the_band_never_changes_the_state(series):
    rules = {"amber": 30, "red": 40, "band": 3}
    full = states(series, **rules)
    assert (full or ["green"])[-1] == states([*series, 30], **rules)[-1] or (full or ["green"])[-1] == "red"


def test_a_long_fall_leaves_both_levels_at_once():
    assert states([45, 45, 10, 10, 10], 30, 40, band=3, enter_after=2, leave_after=3)[-1] == "green"


TAIL = st.lists(st.one_of(st.none(), st.integers(24, 34)), max_size=8)


@given(TAIL, st.integers(1, 4), st.booleans())
def test_so_many_more_observations_inside_leave_a_level_and_one_fewer_does_not(tail, leave, above):
    sign = 1 if above else -1
    series = [None if x is None else sign * x for x in [35, *tail]]
    rules = {"band": 3, "leave_after": leave, "above": above}
    lines = {"amber": 30 * sign, "red": 40 * sign}
    assume(states(series, **lines, **rules)[-1] == "amber")
    missing = to_leave(series, lines["amber"], **rules)
    calm = [*series, *[0] * missing]
    assert states(calm, **lines, **rules)[-1] == "green"
    assert states(calm[:-1], **lines, **rules)[-1] == "amber"
