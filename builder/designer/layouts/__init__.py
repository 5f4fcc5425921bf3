"""The layout of a form on its canvas: sections and tabs, made, moved and filled by gestures."""
