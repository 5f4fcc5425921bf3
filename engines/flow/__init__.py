"""Flows: a graph that records run through, its state in rows, one transition one short transaction."""
