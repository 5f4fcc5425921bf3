"""Applications that are ready to begin with: looked at, then taken."""
