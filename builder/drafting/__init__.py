"""Drafts: a definition that is being changed, command by command, until it is published."""
