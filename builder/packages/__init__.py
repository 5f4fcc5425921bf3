"""Applications that travel: upgrades that keep what was changed here, packages, parts of one in another."""
