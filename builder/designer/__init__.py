"""Designing on screen: every gesture is a command to the draft, and the answer is what the draft is now."""
