"""To-dos of departments and those one wrote; what people star, opened last and arranged for themselves."""

import sqlalchemy as sa
from alembic import op

revision = "home1"
down_revision = "seeing2"
branch_labels = None
depends_on = None

Id = sa.BigInteger
Text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
OPEN = sa.text("state = 'open'")
OWN = sa.text("kind = 'own'")


def upgrade() -> None:
    op.add_column("weft_todo", sa.Column("department_id", Id))
    op.add_column("weft_notice", sa.Column("held_until", Id))
    op.create_index(
        "weft_todo_department", "weft_todo", ["department_id"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("weft_todo_made", "weft_todo", ["source", "id"], sqlite_where=OWN, postgresql_where=OWN)
    op.create_table(
        "weft_personal",
        sa.Column("user_id", Id, nullable=False, autoincrement=False),
        sa.Column("name", Text, nullable=False), sa.Column("value", sa.JSON()),
        sa.PrimaryKeyConstraint("user_id", "name"),
    )  # fmt: skip
    op.create_table(
        "weft_bookmark",
        sa.Column("user_id", Id, nullable=False, autoincrement=False),
        sa.Column("kind", Text, nullable=False), sa.Column("target", Text, nullable=False),
        sa.Column("at", Id), sa.PrimaryKeyConstraint("user_id", "kind", "target"),
    )  # fmt: skip
    op.create_index("weft_bookmark_newest", "weft_bookmark", ["user_id", "kind", "at"])


def downgrade() -> None:
    raise RuntimeError("data would be lost: restore a backup instead")
