"""The canvas of a dashboard: its widgets as people will see them, with handles."""
