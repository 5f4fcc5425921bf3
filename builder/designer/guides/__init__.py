"""Guides through building an application: data files that say what a step asks for."""
