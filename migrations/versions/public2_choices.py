"""The records that public forms list to choose from."""

import sqlalchemy as sa
from alembic import op

revision = "public2"
down_revision = "talk1"
branch_labels = None
depends_on = None

Id = sa.BigInteger


def upgrade() -> None:
    op.create_table(
        "weft_public_choice",
        sa.Column("public_uid", Id, nullable=False, autoincrement=False),
        sa.Column("field_uid", Id, nullable=False, autoincrement=False),
        sa.Column("record_id", Id, nullable=False, autoincrement=False),
        sa.Column("form_uid", Id), sa.Column("position", sa.Integer), sa.Column("by", Id),
        sa.PrimaryKeyConstraint("public_uid", "field_uid", "record_id"),
    )  # fmt: skip
    op.create_index("weft_public_choice_record", "weft_public_choice", ["form_uid", "record_id"])


def downgrade() -> None:
    raise RuntimeError("data would be lost: restore a backup instead")
