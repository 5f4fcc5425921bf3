"""Values that follow from others: what they read over relations, and their renewal when that changes."""
