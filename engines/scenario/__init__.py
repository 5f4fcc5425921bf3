"""Scenarios: examples in a definition that are played in an empty installation, with a clock that is moved.

Every step goes through the door that people use, with the rights of whoever takes it; every expectation is
read back through the read path. What is found wanting is a ``Miss``, never an exception.
"""
