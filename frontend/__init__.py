"""What it looks like: texts, formats, templates and static files; never a query."""
