"""Is a silence still ordinary? A renewal model that shrinks a member's own rhythm towards its segment's."""

PRIOR_GAPS = 3.0


def p_active(
    gaps: int, gap_sum: float, silence: float, segment_gap: float, *, prior_gaps: float = PRIOR_GAPS
) -> float | None:
    """Return the probability that an ordinary gap is at least as long as the present silence.

    Gaps are exponential with a gamma prior worth `prior_gaps` gaps of the segment's mean length. The posterior
    predictive survival is (b ÷ (b + g))^a with a = prior_gaps + n, b = prior_gaps·m + Σ gaps.

    gaps          n, number of own gaps; fewer than 2 (three contacts) → None
    gap_sum       Σ own gaps; silence g since the last contact; segment_gap m, mean gap of the segment (all in days)
    returns       0 … 1; None also when there is no rhythm at all (b = 0)

    >>> p_active(4, 40.0, 0.0, 10.0)
    1.0
    >>> round(p_active(4, 40.0, 60.0, 10.0), 4)
    0.0131

    Source: gamma–exponential (Lomax) predictive, empirical Bayes; DOMAIN 2.4.
    """
    a, b = prior_gaps + gaps, prior_gaps * segment_gap + gap_sum
    if gaps < 2 or b <= 0:
        return None
    return float((b / (b + max(silence, 0.0))) ** a)
