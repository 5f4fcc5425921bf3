"""Who has a record open just now."""

import sqlalchemy as sa
from alembic import op

revision = "record3"
down_revision = "record2"
branch_labels = None
depends_on = None

Id = sa.BigInteger


def upgrade() -> None:
    op.create_table(
        "weft_visit",
        sa.Column("form_uid", Id, nullable=False, autoincrement=False),
        sa.Column("record_id", Id, nullable=False, autoincrement=False),
        sa.Column("user_id", Id, nullable=False, autoincrement=False),
        sa.Column("edits", sa.Boolean()), sa.Column("at", Id),
        sa.PrimaryKeyConstraint("form_uid", "record_id", "user_id"),
    )  # fmt: skip
    op.create_index("ix_weft_visit_at", "weft_visit", ["at"])


def downgrade() -> None:
    raise RuntimeError("data would be lost: restore a backup instead")
