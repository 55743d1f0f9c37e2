"""Whether tests run at full length (`make night`) or as a budgeted sample (`make test`)."""

import os

NIGHT = os.environ.get("TENFOLD_NIGHT") == "1"
