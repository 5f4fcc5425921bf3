"""Kinds of step: one file each."""
