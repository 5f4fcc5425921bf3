"""Kinds of view: the look that a saved way to browse a form has, and what each reads for it."""
