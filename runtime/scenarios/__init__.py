"""Scenarios of an application, played in scratch installations and told to people."""
