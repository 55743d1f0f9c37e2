"""Whether tests run at full length (`make night`) or as a budgeted sample (`make test`)."""

import os

NIGHT = os.environ.get("TENFOLD_NIGHT") == "1"


def examples(count: int) -> int:
    """Return how many examples a law draws that `make test` gives so many: twenty times as many at night."""
    return 20 * count if NIGHT else count
