"""The numbers of insight: records, forecasts held against what happened, what members care about."""

from tenfold.mechanisms.insight.measures import calibration, records, topics
from tenfold.terms.measure import Spec

SPECS: tuple[Spec, ...] = (*records.SPECS, *calibration.SPECS, *topics.SPECS)
