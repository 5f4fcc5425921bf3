"""Commands of ``weft`` about drafts and packages; ``cli.py`` says what may be typed."""
