"""Links under which calendar programs read a view."""

import sqlalchemy as sa
from alembic import op

revision = "board1"
down_revision = "table1"
branch_labels = None
depends_on = None

Id = sa.BigInteger
Text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "weft_feed",
        sa.Column("digest", Text, primary_key=True),
        sa.Column("user_id", Id), sa.Column("app", Text),
        sa.Column("form_uid", Id), sa.Column("view_uid", Id),
        sa.Column("created_at", Id), sa.Column("read_at", Id),
    )  # fmt: skip
    op.create_index("weft_feed_owner", "weft_feed", ["user_id", "view_uid"], unique=True)


def downgrade() -> None:
    raise RuntimeError("data would be lost: restore a backup instead")
