"""Records that are shown to somebody for a time."""

import sqlalchemy as sa
from alembic import op

revision = "record2"
down_revision = "board1"
branch_labels = None
depends_on = None

Id = sa.BigInteger


def upgrade() -> None:
    op.create_table(
        "weft_share",
        sa.Column("id", Id, nullable=False, autoincrement=False), sa.Column("form_uid", Id),
        sa.Column("record_id", Id), sa.Column("user_id", Id), sa.Column("edit", sa.Boolean()),
        sa.Column("until", Id), sa.Column("by", Id), sa.Column("at", Id), sa.Column("revoked_at", Id),
        sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("weft_share_mine", "weft_share", ["user_id", "form_uid", "record_id"])
    op.create_index("weft_share_record", "weft_share", ["form_uid", "record_id"])


def downgrade() -> None:
    raise RuntimeError("data would be lost: restore a backup instead")
