"""Choosing projects under a budget from approval ballots: greedy welfare, best welfare, equal shares. Exact fractions.

A ballot is the set of projects a person approves. Satisfaction counts 1 a project, or its cost. Rules that leave ties
open return every outcome, each sorted, in rising order.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations

PROJECTS_MAX = 18

Costs = Mapping[str, Fraction]
Ballots = Sequence[Collection[str]]
Outcomes = list[list[str]]


def _welfare(costs: Costs, ballots: Ballots, by_cost: bool) -> dict[str, Fraction]:
    """Total satisfaction of each project."""
    return {
        name: sum(name in ballot for ballot in ballots) * (Fraction(cost) if by_cost else Fraction(1))
        for name, cost in costs.items()
    }


def greedy_welfare(costs: Costs, budget: Fraction, ballots: Ballots, *, by_cost: bool = False) -> Outcomes:
    """Take the project with the most satisfaction per unit of cost that still fits, again and again."""
    welfare = _welfare(costs, ballots, by_cost)
    outcomes: set[frozenset[str]] = set()
    seen: set[frozenset[str]] = set()
    branches = [frozenset[str]()]
    while branches:
        taken = branches.pop()
        left = budget - sum((costs[name] for name in taken), Fraction(0))
        fitting = [name for name, cost in costs.items() if name not in taken and cost <= left]
        if not fitting:
            outcomes.add(taken)
            continue
        best = max(welfare[name] / costs[name] for name in fitting)
        for name in fitting:
            more = taken | {name}
            if welfare[name] / costs[name] == best and more not in seen:
                seen.add(more)
                branches.append(more)
    return _sorted(outcomes)


def best_welfare(costs: Costs, budget: Fraction, ballots: Ballots, *, by_cost: bool = False) -> Outcomes:
    """Find the affordable sets with the most satisfaction, among all subsets of up to 18 projects (ValueError beyond).

    >>> best_welfare({"a": Fraction(2), "b": Fraction(1)}, Fraction(2), [["a"], ["a"], ["b"]])
    [['a']]
    """
    if len(costs) > PROJECTS_MAX:
        raise ValueError(len(costs))
    welfare = _welfare(costs, ballots, by_cost)
    scored = {
        frozenset(chosen): sum((welfare[name] for name in chosen), Fraction(0))
        for size in range(len(costs) + 1)
        for chosen in combinations(costs, size)
        if sum((costs[name] for name in chosen), Fraction(0)) <= budget
    }
    most = max(scored.values())
    return _sorted(chosen for chosen, score in scored.items() if score == most)


def equal_shares(costs: Costs, budget: Fraction, ballots: Ballots, *, by_cost: bool = False) -> list[str]:
    """Method of equal shares: everybody owns an equal part of the budget and projects are bought by their supporters.

    A project can be bought if its supporters' money covers its cost; each pays ρ times the satisfaction it gives, or
    all that is left. The project with the smallest ρ is bought next (ties to the lower name) until none can be.

    >>> equal_shares({"a": Fraction(1), "b": Fraction(1)}, Fraction(2), [["a"], ["b"]])
    ['a', 'b']

    Source: Peters & Skowron 2020; Peters, Pierczyński & Skowron 2021.
    """
    money = [Fraction(budget) / len(ballots) for _ in ballots]
    bought: list[str] = []
    while True:
        prices = {name: _price(costs, name, ballots, money, by_cost) for name in costs if name not in bought}
        possible = {name: price for name, price in prices.items() if price is not None}
        if not possible:
            return sorted(bought)
        name = min(possible, key=lambda project: (possible[project], project))
        gives = costs[name] if by_cost else Fraction(1)
        for index, ballot in enumerate(ballots):
            if name in ballot:
                money[index] -= min(money[index], possible[name] * gives)
        bought.append(name)


def _price(costs: Costs, name: str, ballots: Ballots, money: Sequence[Fraction], by_cost: bool) -> Fraction | None:
    """Return the payment per unit of satisfaction that covers the cost, or None when supporters cannot."""
    purses = sorted(purse for purse, ballot in zip(money, ballots, strict=True) if name in ballot)
    missing, gives = Fraction(costs[name]), costs[name] if by_cost else Fraction(1)
    if sum(purses) < missing or not missing:
        return None
    for index, purse in enumerate(purses):
        each = missing / (len(purses) - index)
        if each <= purse:
            return each / gives
        missing -= purse
    return None


def _sorted(outcomes: Iterable[Collection[str]]) -> Outcomes:
    return sorted(sorted(outcome) for outcome in outcomes)
