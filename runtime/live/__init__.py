"""Live: open pages hear what changed, never how; they ask again with the rights of whoever looks."""
