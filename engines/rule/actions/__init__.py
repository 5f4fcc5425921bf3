"""Kinds of action, one file each."""
