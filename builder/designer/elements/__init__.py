"""Every element of a definition on a page of its own: its properties, its parts, what may be added."""
