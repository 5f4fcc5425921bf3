"""Definitions under way, and what their designers did to them."""

import sqlalchemy as sa
from alembic import op

revision = "design1"
down_revision = "rule1"
branch_labels = None
depends_on = None

Id = sa.BigInteger
Text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "weft_design",
        sa.Column("app", Text, nullable=False), sa.Column("base", sa.Integer()),
        sa.Column("revision", sa.Integer()), sa.Column("document", sa.LargeBinary()),
        sa.Column("done", sa.Integer()), sa.Column("known", sa.Integer()), sa.Column("changed_at", Id),
        sa.PrimaryKeyConstraint("app"),
    )  # fmt: skip
    op.create_table(
        "weft_design_step",
        sa.Column("app", Text, nullable=False), sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", Id), sa.Column("actor", Id), sa.Column("command", sa.JSON()),
        sa.Column("steps", sa.JSON()), sa.Column("back", sa.JSON()),
        sa.PrimaryKeyConstraint("app", "number"),
    )  # fmt: skip


def downgrade() -> None:
    raise RuntimeError("data would be lost: restore a backup instead")
