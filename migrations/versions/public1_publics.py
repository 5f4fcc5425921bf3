"""Links to public forms, and what came in through them."""

import sqlalchemy as sa
from alembic import op

revision = "public1"
down_revision = "dupes1"
branch_labels = None
depends_on = None

Id = sa.BigInteger
Text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "weft_public_link",
        sa.Column("id", Id, nullable=False, autoincrement=False), sa.Column("app", Text),
        sa.Column("public_uid", Id), sa.Column("token", Text), sa.Column("channel", Text),
        sa.Column("values", sa.JSON), sa.Column("open", sa.Boolean), sa.Column("blocked", sa.Integer),
        sa.Column("created_at", Id), sa.Column("created_by", Id),
        sa.PrimaryKeyConstraint("id"), sa.UniqueConstraint("token"),
    )  # fmt: skip
    op.create_index("weft_public_link_form", "weft_public_link", ["public_uid", "id"])
    op.create_table(
        "weft_public_response",
        sa.Column("id", Id, nullable=False, autoincrement=False), sa.Column("public_uid", Id),
        sa.Column("link_id", Id), sa.Column("ticket", Text), sa.Column("state", Text),
        sa.Column("record_id", Id), sa.Column("about", Id), sa.Column("values", sa.JSON),
        sa.Column("secret", Text), sa.Column("until", Id), sa.Column("at", Id),
        sa.PrimaryKeyConstraint("id"), sa.UniqueConstraint("ticket"), sa.UniqueConstraint("secret"),
    )  # fmt: skip
    op.create_index("ix_weft_public_response_link_id", "weft_public_response", ["link_id"])
    op.create_index("weft_public_response_form", "weft_public_response", ["public_uid", "state"])
    op.create_table(
        "weft_public_count",
        sa.Column("public_uid", Id, nullable=False, autoincrement=False),
        sa.Column("name", Text, nullable=False), sa.Column("count", sa.Integer),
        sa.PrimaryKeyConstraint("public_uid", "name"),
    )  # fmt: skip


def downgrade() -> None:
    raise RuntimeError("data would be lost: restore a backup instead")
