"""The doors: routes, calls, answers."""
