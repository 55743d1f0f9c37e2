"""Loans and their cover: level payments, schedules to the unit, debt service and loan life cover ratios.

Decimals keep 28 digits unless the caller widens the context. Payments are seen from the borrower: what goes out is
negative in `payment`, `present_value` and `future_value`, as in spreadsheets.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

DIGITS = 34  # working digits, so that 28 are right at the end


def payment(rate: Decimal, periods: int, present: Decimal, future: Decimal = Decimal(0)) -> Decimal:
    """Level payment at the end of each period: −(pv·(1+r)ⁿ + fv)·r ÷ ((1+r)ⁿ − 1); rate 0 divides evenly.

    >>> payment(Decimal(0), 60, Decimal(15000))
    Decimal('-250')
    """
    with localcontext() as context:
        context.prec = DIGITS
        growth = (1 + rate) ** periods
        exact = -(present * growth + future) * rate / (growth - 1) if rate else -(present + future) / periods
    return +exact


def present_value(rate: Decimal, periods: int, pay: Decimal, future: Decimal = Decimal(0)) -> Decimal:
    """Worth today of level payments: −(fv + pmt·((1+r)ⁿ − 1)/r) ÷ (1+r)ⁿ."""
    with localcontext() as context:
        context.prec = DIGITS
        growth = (1 + rate) ** periods
        exact = -(future + pay * ((growth - 1) / rate if rate else periods)) / growth
    return +exact


def future_value(rate: Decimal, periods: int, pay: Decimal, present: Decimal = Decimal(0)) -> Decimal:
    """Worth at the end of level payments: −(pv·(1+r)ⁿ + pmt·((1+r)ⁿ − 1)/r)."""
    with localcontext() as context:
        context.prec = DIGITS
        growth = (1 + rate) ** periods
        exact = -(present * growth + pay * ((growth - 1) / rate if rate else periods))
    return +exact


def interest_part(rate: Decimal, period: int, periods: int, present: Decimal) -> Decimal:
    """Interest in the payment of one period (from 1): −rate × balance before it."""
    with localcontext() as context:
        context.prec = DIGITS
        pay = payment(rate, periods, present)
        exact = future_value(rate, period - 1, pay, present) * rate
    return +exact


def principal_part(rate: Decimal, period: int, periods: int, present: Decimal) -> Decimal:
    """Repayment in the payment of one period: payment − interest."""
    with localcontext() as context:
        context.prec = DIGITS
        exact = payment(rate, periods, present) - interest_part(rate, period, periods, present)
    return +exact


@dataclass(frozen=True, slots=True)
class Instalment:
    """One row of a schedule."""

    interest: Decimal
    principal: Decimal
    balance: Decimal

    @property
    def total(self) -> Decimal:
        """Interest and principal together."""
        return self.interest + self.principal


def schedule(present: Decimal, rate: Decimal, periods: int) -> list[Instalment]:
    """Level-payment schedule without rounding: its rounded rows are the usual printed table."""
    pay, balance, rows = -payment(rate, periods, present), present, []
    for _ in range(periods):
        interest = balance * rate
        balance -= pay - interest
        rows.append(Instalment(interest, pay - interest, balance))
    return rows


def schedule_in_units(present: int, rate: Decimal, periods: int) -> list[Instalment]:
    """Level-payment schedule that can be paid: whole minor units, interest rounded half up, the last takes the rest.

    A payment that was rounded up pays a small loan back early: no instalment repays more than is owed, and those after
    the loan is paid back are 0.

    >>> rows = schedule_in_units(250000, Decimal("0.0824") / 12, 12)
    >>> [str(row.total) for row in (rows[0], rows[-1])], str(sum(row.interest for row in rows))
    (['21775', '21772'], '11297')
    """
    unit = Decimal(1)
    pay = (-payment(rate, periods, Decimal(present))).quantize(unit, ROUND_HALF_UP)
    balance, rows = Decimal(present), []
    for period in range(1, periods + 1):
        interest = (balance * rate).quantize(unit, ROUND_HALF_UP)
        principal = balance if period == periods else min(pay - interest, balance)
        balance -= principal
        rows.append(Instalment(interest, principal, balance))
    return rows


def dscr(cfads: float, debt_service: float) -> float | None:
    """Debt service cover: cash available ÷ debt service; may be negative; None without debt service.

    >>> dscr(5400, 4320)
    1.25
    """
    return cfads / debt_service if debt_service else None


def cover(cfads: Sequence[float], debt: float, rate: float) -> float | None:
    """Loan (or project) life cover: present value of the flows ÷ debt outstanding at the calculation date.

    The first flow lies one period ahead and is discounted once. To loan maturity this is the LLCR, to the end of the
    project the PLCR at the same rate. Reserves count only where the covenant says so: add them to no flow here. No
    debt, no ratio: None.

    >>> round(cover([1000, 1000, 1000], 2000, 0.1), 6)
    1.243426
    """
    return sum(flow / (1 + rate) ** t for t, flow in enumerate(cfads, start=1)) / debt if debt else None
