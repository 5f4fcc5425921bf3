"""A list in groups with figures: what its address says, what is read, what is shown."""
