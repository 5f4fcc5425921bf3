"""The kinds of view that every installation has."""
