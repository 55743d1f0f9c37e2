"""Benchmarks: each hot path beside what the machine must do at least and what people would use instead.

Rules of measuring: side by side and in turn, ratios first, answers checked before the clock starts, peak memory in a
fresh process, growth over three sizes, the machine stated, skewed data from seeded generators.
"""
