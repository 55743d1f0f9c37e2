"""The numbers of mechanism 1: deals and money received, rounds, funnel, forecast, concentration, results, reach."""

from tenfold.mechanisms.goals.measures import (
    brand,
    concentration,
    deals,
    flows,
    forecast,
    funnel,
    okr,
    received,
    rounds,
)

SPECS = (
    *deals.SPECS,
    *flows.SPECS,
    *received.SPECS,
    *rounds.SPECS,
    *funnel.SPECS,
    *forecast.SPECS,
    *concentration.SPECS,
    *okr.SPECS,
    *brand.SPECS,
)
