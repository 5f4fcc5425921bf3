"""Applications in use: HTTP for the people who work with them."""
