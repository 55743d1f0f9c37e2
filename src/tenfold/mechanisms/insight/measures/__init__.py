"""The numbers of insight: records, forecasts held against what happened, what members care about, how acts succeed."""

from tenfold.mechanisms.insight.measures import acts, calibration, records, topics
from tenfold.terms.measure import Spec

SPECS: tuple[Spec, ...] = (*records.SPECS, *calibration.SPECS, *topics.SPECS, *acts.SPECS)
