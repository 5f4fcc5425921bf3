"""What people say about elements of a definition."""

import sqlalchemy as sa
from alembic import op

revision = "seeing1"
down_revision = "why1"
branch_labels = None
depends_on = None

Id = sa.BigInteger
Text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "weft_remark",
        sa.Column("id", Id, nullable=False, autoincrement=False), sa.Column("app", Text),
        sa.Column("place", Text), sa.Column("named", Text), sa.Column("body", Text),
        sa.Column("author", Id), sa.Column("at", Id), sa.Column("settled_at", Id),
        sa.Column("settled_by", Id), sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("weft_remark_app", "weft_remark", ["app", "id"])


def downgrade() -> None:
    raise RuntimeError("data would be lost: restore a backup instead")
