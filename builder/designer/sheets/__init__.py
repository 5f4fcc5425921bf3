"""A new application out of a spreadsheet: its columns become fields, its rows records."""
