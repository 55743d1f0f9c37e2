"""The numbers of mechanism 3: segments, offers, surveys."""

from tenfold.mechanisms.value.measures import offers, segments, surveys

SPECS = (*segments.SPECS, *offers.SPECS, *surveys.SPECS)
