"""The numbers of culture, by what they are about: surveys, common life, spread."""

from tenfold.mechanisms.culture.measures import life, spread, surveys
from tenfold.terms.measure import Spec

SPECS: tuple[Spec, ...] = (*surveys.SPECS, *life.SPECS, *spread.SPECS)
