"""What people say about records, and who follows them."""

import sqlalchemy as sa
from alembic import op

revision = "record1"
down_revision = "public1"
branch_labels = None
depends_on = None

Id = sa.BigInteger
Text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "weft_comment",
        sa.Column("id", Id, nullable=False, autoincrement=False), sa.Column("form_uid", Id),
        sa.Column("record_id", Id), sa.Column("author", Id), sa.Column("body", Text),
        sa.Column("named", sa.JSON()), sa.Column("at", Id), sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("weft_comment_record", "weft_comment", ["form_uid", "record_id", "at", "id"])
    op.create_table(
        "weft_follower",
        sa.Column("form_uid", Id, nullable=False, autoincrement=False),
        sa.Column("record_id", Id, nullable=False, autoincrement=False),
        sa.Column("user_id", Id, nullable=False, autoincrement=False),
        sa.Column("level", Text), sa.Column("at", Id),
        sa.PrimaryKeyConstraint("form_uid", "record_id", "user_id"),
    )  # fmt: skip


def downgrade() -> None:
    raise RuntimeError("data would be lost: restore a backup instead")
