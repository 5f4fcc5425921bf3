"""Dashboards in use: answers of the report engine in words, as pages and as JSON."""
