"""Draws that anybody can repeat."""

from random import Random


def seeded(seed: int | str) -> Random:
    """Return a generator whose draws whoever knows the seed draws again: for stories and samples, never for secrets."""
    return Random(seed)  # noqa: S311  # to be repeatable is its purpose; no secret is made of it
