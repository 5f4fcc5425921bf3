"""Dashboards: a widget is a question about records, asked with its viewer's rights, and a mark."""
