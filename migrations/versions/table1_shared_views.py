"""Views are shared with everybody or with roles; each person has one that a list begins with."""

import sqlalchemy as sa
from alembic import op

revision = "table1"
down_revision = "record1"
branch_labels = None
depends_on = None

Id = sa.BigInteger
Text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("weft_personal_view", sa.Column("shared", sa.JSON()))
    op.create_index("weft_personal_view_form", "weft_personal_view", ["form_uid"])
    op.create_table(
        "weft_first_view",
        sa.Column("user_id", Id, nullable=False, autoincrement=False),
        sa.Column("form_uid", Id, nullable=False, autoincrement=False),
        sa.Column("view", Text),
        sa.PrimaryKeyConstraint("user_id", "form_uid"),
    )  # fmt: skip


def downgrade() -> None:
    raise RuntimeError("data would be lost: restore a backup instead")
