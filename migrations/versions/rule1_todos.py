"""To-dos and notices."""

import sqlalchemy as sa
from alembic import op

revision = "rule1"
down_revision = "0001"
branch_labels = None
depends_on = None

Id = sa.BigInteger
Text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
OPEN = sa.text("state = 'open'")
UNREAD = sa.text("read_at IS NULL")


def upgrade() -> None:
    _todos()
    _notices()


def downgrade() -> None:
    raise RuntimeError("data would be lost: restore a backup instead")


def _todos() -> None:
    op.create_table(
        "weft_todo",
        sa.Column("id", Id, nullable=False), sa.Column("app", Text), sa.Column("kind", Text),
        sa.Column("title", sa.JSON()), sa.Column("body", sa.JSON()), sa.Column("link", Text),
        sa.Column("form_uid", Id), sa.Column("record_id", Id), sa.Column("user_id", Id),
        sa.Column("role_uid", Id), sa.Column("due", Id), sa.Column("source", Text),
        sa.Column("unique_key", Text), sa.Column("cause_id", Id), sa.Column("detail", sa.JSON()),
        sa.Column("state", Text), sa.Column("outcome", Text), sa.Column("created_at", Id),
        sa.Column("ended_at", Id), sa.Column("ended_by", Id), sa.Column("steps", sa.JSON()),
        sa.PrimaryKeyConstraint("id"), sa.UniqueConstraint("unique_key"),
    )  # fmt: skip
    for name, column in (("mine", "user_id"), ("role", "role_uid"), ("source", "source")):
        op.create_index(f"weft_todo_{name}", "weft_todo", [column], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("weft_todo_record", "weft_todo", ["form_uid", "record_id"])
    op.create_index("weft_todo_ended", "weft_todo", ["ended_by", "ended_at"])


def _notices() -> None:
    op.create_table(
        "weft_notice",
        sa.Column("id", Id, nullable=False), sa.Column("user_id", Id), sa.Column("app", Text),
        sa.Column("level", Text), sa.Column("title", sa.JSON()), sa.Column("body", sa.JSON()),
        sa.Column("link", Text), sa.Column("form_uid", Id), sa.Column("record_id", Id),
        sa.Column("source", Text), sa.Column("cause_id", Id), sa.Column("unique_key", Text),
        sa.Column("copy", sa.Boolean()), sa.Column("created_at", Id), sa.Column("read_at", Id),
        sa.PrimaryKeyConstraint("id"), sa.UniqueConstraint("user_id", "unique_key"),
    )  # fmt: skip
    op.create_index("weft_notice_mine", "weft_notice", ["user_id", "id"])
    op.create_index(
        "weft_notice_unread", "weft_notice", ["user_id"], sqlite_where=UNREAD, postgresql_where=UNREAD
    )
