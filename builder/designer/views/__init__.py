"""The canvas of a view: its table as people will see it, with columns that are dragged."""
