"""Measurements against hand-written code, as ratios within one run."""
