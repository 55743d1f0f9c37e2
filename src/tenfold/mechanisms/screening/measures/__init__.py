"""The numbers of mechanism 2: gates, scores, and what a set of members covers."""

from tenfold.mechanisms.screening.measures import cover, gates, people, ratings

SPECS = (*people.SPECS, *gates.SPECS, *ratings.SPECS, *cover.SPECS)
