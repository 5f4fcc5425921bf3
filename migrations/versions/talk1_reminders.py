"""When somebody is reminded of a to-do; what was under way is so at the moment when it falls due."""

import sqlalchemy as sa
from alembic import op

revision = "talk1"
down_revision = "record3"
branch_labels = None
depends_on = None

WAITING = sa.text("state = 'open' AND remind IS NOT NULL")
NOW = {
    "sqlite": sa.func.strftime("%s", "now"),
    "postgresql": sa.extract("epoch", sa.func.now()),
}  # fmt: skip


def upgrade() -> None:
    op.add_column("weft_todo", sa.Column("remind", sa.BigInteger))
    op.create_index(
        "weft_todo_remind", "weft_todo", ["remind"], sqlite_where=WAITING, postgresql_where=WAITING
    )
    names = ("state", "kind", "due", "remind")
    todo = sa.table("weft_todo", *(sa.column(each) for each in names))
    now = sa.cast(NOW[op.get_bind().dialect.name], sa.BigInteger) * 1000
    under_way = (todo.c.state == "open") & todo.c.kind.in_(["own", "rule"]) & (todo.c.due > now)
    op.execute(sa.update(todo).where(under_way).values(remind=todo.c.due))


def downgrade() -> None:
    raise RuntimeError("data would be lost: restore a backup instead")
