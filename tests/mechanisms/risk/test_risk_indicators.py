"""What the light of an indicator says beside its colour."""

from typing import Any

import pytest

WHO = {"class": "investor", "state": "active", "occurred_at": "2026-06-01"}


@pytest.mark.parametrize(("amber", "state", "missing"), [(1, "green", 0), (0, "amber", 2)])
def test_only_a_light_that_is_on_lacks_observations(see: Any, amber: int, state: str, missing: int) -> None:
    light = {"id": "kri", "metric": "agr.unsigned", "amber": amber, "red": 9, "band": 0, "owner": "operator"}
    light |= {"enter_after": 1, "leave_after": 2}
    rules = {"risk": {"agreements_required": {"investor": ["nda"]}, "indicators": [light]}}
    (row,) = see({"memberships": [WHO | {"party": "ann"}]}, rules).rows("view.indicator").to_dicts()
    assert (row["state"], row["missing"], row["lasting"]) == (state, missing, False)
