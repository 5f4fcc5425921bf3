"""Formulas and conditions of a form under way: all of them in one list, each with the editor that fits."""
