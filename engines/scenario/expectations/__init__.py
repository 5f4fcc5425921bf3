"""Kinds of expectation: one file each."""
