"""Buy-till-you-die models: who is still active, how much may come. A second opinion, never the input of a rule.

x repeat purchases, the last at age t_x, seen until age T (one time unit throughout). For one purchase only (x = 0) the
BG/NBD model would say “alive for sure”: the answer here is None.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


LOG_AT_MOST = 14.0  # parameters stay between e⁻¹⁴ and e¹⁴: without drop-outs they would run away


class BgNbd(NamedTuple):
    """Parameters: purchase rates gamma(r, α), drop-out after a purchase beta(a, b)."""

    r: float
    alpha: float
    a: float
    b: float


class BgBb(NamedTuple):
    """Parameters: buying at an opportunity beta(α, β), leaving before one beta(γ, δ)."""

    alpha: float
    beta: float
    gamma: float
    delta: float


@dataclass(frozen=True, slots=True)
class Fit:
    """Fitted parameters in the model's order and the log likelihood."""

    parameters: tuple[float, ...]
    log_likelihood: float


def p_alive(p: BgNbd, x: int, t_x: float, age: float) -> float | None:
    """Return P(alive) = 1 ÷ (1 + a/(b + x − 1)·((α + T)/(α + t_x))^(r + x)); None for x = 0.

    >>> round(p_alive(BgNbd(0.243, 4.414, 0.793, 2.426), 2, 30.43, 38.86), 4)
    0.7266

    Source: Fader, Hardie & Lee 2005.
    """
    if x == 0:
        return None
    return float(1 / (1 + p.a / (p.b + x - 1) * ((p.alpha + age) / (p.alpha + t_x)) ** (p.r + x)))


def expected_purchases(p: BgNbd, t: float) -> float:
    """Purchases that a new customer is expected to repeat by age t ≥ 0.

    The mean of (1 − (α/(α + π·t))^r) ÷ π over the drop-out chance π, which is beta(a, b), by quadrature. It equals the
    published (a+b−1)/(a−1) · (1 − (α/(α+t))^r · ₂F₁(r, b; a+b−1; t/(α+t))), which says nothing at a = 1 or a + b = 1.

    Source: Fader, Hardie & Lee 2005, equation 9 and the step before it.
    """
    import numpy as np
    from scipy.integrate import quad
    from scipy.special import beta

    def repeated(chance: float) -> float:
        if chance == 0:
            return p.r * t / p.alpha
        return float(-np.expm1(-p.r * np.log1p(chance * t / p.alpha)) / chance)

    mean, _ = quad(repeated, 0, 1, weight="alg", wvar=(p.a - 1, p.b - 1), epsabs=0, epsrel=1e-12, limit=200)
    return float(mean / beta(p.a, p.b))


def expected_more(p: BgNbd, x: int, t_x: float, age: float, t: float) -> float:
    """Purchases expected in the next t from a customer with this history.

    P(alive), or 1 before the first repeat, times what a new customer with the rates learnt from the history repeats.
    """
    learnt = BgNbd(p.r + x, p.alpha + age, p.a, p.b + x)
    alive = p_alive(p, x, t_x, age) if x else 1.0
    return (alive or 0.0) * expected_purchases(learnt, t)


def fit_bgnbd(x: Sequence[int], t_x: Sequence[float], age: Sequence[float], count: Sequence[int] | None = None) -> Fit:
    """Fit BG/NBD by maximum likelihood over histories, each standing for `count` customers.

    The gradient is given, so that some twenty looks at the histories suffice where a simplex needs several hundred.

    Source: Fader, Hardie & Lee 2005, equation 6.
    """
    import numpy as np
    from scipy.optimize import minimize
    from scipy.special import gammaln, psi

    n, last, seen = (np.array(column, dtype=np.float64) for column in (x, t_x, age))
    times = np.ones_like(n) if count is None else np.array(count, dtype=np.float64)

    def loss(logs: "Floats") -> "tuple[float, Floats]":
        r, alpha, a, b = np.exp(logs)
        before = np.maximum(b + n - 1, 1e-12)
        alive = -(r + n) * np.log(alpha + seen)
        gone = np.where(n > 0, np.log(a) - np.log(before) - (r + n) * np.log(alpha + last), -np.inf)
        either = np.logaddexp(alive, gone)
        common = gammaln(r + n) - gammaln(r) + r * np.log(alpha)
        common += gammaln(a + b) + gammaln(b + n) - gammaln(b) - gammaln(a + b + n)
        here, left = np.exp(alive - either), np.exp(gone - either)
        slopes = (
            r * (psi(r + n) - psi(r) + np.log(alpha) - here * np.log(alpha + seen) - left * np.log(alpha + last)),
            r - alpha * (r + n) * (here / (alpha + seen) + left / (alpha + last)),
            a * (psi(a + b) - psi(a + b + n)) + left,
            b * (psi(a + b) + psi(b + n) - psi(b) - psi(a + b + n) - left / before),
        )
        return float(-(times * (common + either)).sum()), -np.array([(times * slope).sum() for slope in slopes])

    options = {"maxiter": 500, "ftol": 1e-14, "gtol": 1e-8}
    found = minimize(
        loss, np.zeros(4), jac=True, method="L-BFGS-B", bounds=[(-LOG_AT_MOST, LOG_AT_MOST)] * 4, options=options
    )
    return Fit(tuple(float(value) for value in np.exp(found.x)), -float(found.fun))


def pareto_nbd_p_alive(r: float, alpha: float, s: float, beta: float, x: int, t_x: float, age: float) -> float:
    """P(alive) of Pareto/NBD, in which customers may leave at any time: below 1 even after one purchase.

    Source: Schmittlein, Morrison & Colombo 1987.
    """
    from scipy.special import hyp2f1

    larger, other = max(alpha, beta), s + 1 if alpha >= beta else r + x
    power = r + s + x

    def part(t: float) -> float:
        value = hyp2f1(power, other, power + 1, abs(alpha - beta) / (larger + t)) / (larger + t) ** power
        return float(value)

    gap = part(t_x) - part(age)
    return float(1 / (1 + s / power * (alpha + age) ** (r + x) * (beta + age) ** s * gap))


def _bgbb_log_parts(p: BgBb, x: "Floats", t_x: "Floats", n: int) -> "Floats":
    """Log likelihood parts, one row per way a history can come about: still there, or left after t_x + i."""
    import numpy as np
    from scipy.special import betaln

    base = betaln(p.alpha, p.beta) + betaln(p.gamma, p.delta)
    rows = [betaln(p.alpha + x, p.beta + n - x) + betaln(p.gamma, p.delta + n)]
    for i in range(n):
        left = betaln(p.alpha + x, p.beta + t_x - x + i) + betaln(p.gamma + 1, p.delta + t_x + i)
        rows.append(np.where(i <= n - t_x - 1, left, -np.inf))
    return np.asarray(np.array(rows) - base)


def fit_bgbb(x: Sequence[int], t_x: Sequence[int], n: int, count: Sequence[int]) -> Fit:
    """Fit BG/BB to histories over n opportunities: x used, the last of them t_x, each `count` times.

    Source: Fader, Hardie & Shang 2010.
    """
    import numpy as np

    used, last, times = (np.array(column, dtype=np.float64) for column in (x, t_x, count))

    def loss(logs: "Floats") -> float:
        parts = _bgbb_log_parts(BgBb(*np.exp(logs)), used, last, n)
        return float(-(times * np.logaddexp.reduce(parts, axis=0)).sum())

    return _minimise(loss, 4)


def bgbb_p_alive(p: BgBb, x: int, t_x: int, n: int) -> float:
    """P(still there at opportunity n + 1) given x used of n, the last at t_x."""
    import numpy as np
    from scipy.special import betaln

    parts = _bgbb_log_parts(p, np.array([float(x)]), np.array([float(t_x)]), n)
    there = betaln(p.alpha + x, p.beta + n - x) + betaln(p.gamma, p.delta + n + 1)
    there -= betaln(p.alpha, p.beta) + betaln(p.gamma, p.delta)
    return float(np.exp(there - np.logaddexp.reduce(parts, axis=0)[0]))


def gamma_gamma_value(p: float, q: float, v: float, mean: float, count: int) -> float:
    """Expected value per purchase, a customer's own mean shrunk towards the base v·p ÷ (q − 1).

    Source: Fader & Hardie 2013, note 025.
    """
    own = p * count / (p * count + q - 1)
    return (1 - own) * v * p / (q - 1) + own * mean


def _minimise(loss: "Callable[[Floats], float]", parameters: int) -> Fit:
    """Minimise over log parameters from a fixed start by the simplex method, restarted once from its answer."""
    import numpy as np
    from scipy.optimize import minimize

    options = {"xatol": 1e-8, "fatol": 1e-8, "maxiter": 5000, "maxfev": 5000}
    found = minimize(loss, np.zeros(parameters), method="Nelder-Mead", options=options)
    found = minimize(loss, found.x, method="Nelder-Mead", options=options)
    return Fit(tuple(float(value) for value in np.exp(found.x)), -float(found.fun))
