"""What Alembic runs: the steps, on the connection that ``engines.store.migrate`` hands over."""

from alembic import context

from engines.store.platform import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
