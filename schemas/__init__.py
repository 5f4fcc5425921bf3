"""What can be said: kinds, coded errors and the grammar of an app definition."""
