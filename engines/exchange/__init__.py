"""Spreadsheets in and out, through the write path and the read path."""
