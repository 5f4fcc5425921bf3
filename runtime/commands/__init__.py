"""What the commands of ``weft`` do; ``cli.py`` says what may be typed."""
