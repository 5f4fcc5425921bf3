"""Who may design which app beside what its roles say, and who looks at its draft just now."""

import sqlalchemy as sa
from alembic import op

revision = "seeing2"
down_revision = "seeing1"
branch_labels = None
depends_on = None

Id = sa.BigInteger
Text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "weft_designer",
        sa.Column("user_id", Id, nullable=False, autoincrement=False), sa.Column("app", Text, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "app"),
    )  # fmt: skip
    op.create_table(
        "weft_presence",
        sa.Column("app", Text, nullable=False),
        sa.Column("user_id", Id, nullable=False, autoincrement=False), sa.Column("place", Text),
        sa.Column("at", Id), sa.PrimaryKeyConstraint("app", "user_id"),
    )  # fmt: skip


def downgrade() -> None:
    raise RuntimeError("data would be lost: restore a backup instead")
