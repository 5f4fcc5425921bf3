"""Flows on screen: the graph of a definition as cards from the top down, and gestures on its ways."""
