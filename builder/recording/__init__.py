"""A scenario written from what somebody did in an application, between two presses of a button."""
