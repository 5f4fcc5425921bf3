"""How a definition becomes tables: identities, names, copies, indexes and views behind ``store.publish``."""
