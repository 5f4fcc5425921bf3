"""Kinds of trigger, one file each."""
