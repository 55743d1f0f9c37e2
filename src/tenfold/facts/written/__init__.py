"""Amounts and dates as people write them, read exactly or not at all."""
