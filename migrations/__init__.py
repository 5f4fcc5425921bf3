"""Steps that bring the platform's own tables to the state of ``engines/store/platform.py``."""
