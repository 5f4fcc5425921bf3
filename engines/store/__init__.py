"""Where records live: databases, tables, the one write path and the one read path."""
