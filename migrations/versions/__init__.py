"""One module a step; the last is ``engines.store.migrate.HEAD``."""
