"""Tenfold: charter × facts = decisions that explain themselves."""

__version__ = "0.1.0"
