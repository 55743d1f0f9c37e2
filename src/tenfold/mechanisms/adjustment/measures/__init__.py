"""The numbers of adjustment: seats and decisions, people and stages."""

from tenfold.mechanisms.adjustment.measures import people, terms
from tenfold.terms.measure import Spec

SPECS: tuple[Spec, ...] = (*people.SPECS, *terms.SPECS)
