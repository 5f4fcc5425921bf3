"""Readers: what JSON, HTML forms and spreadsheet cells send, to typed values; refusals are coded."""
