"""What records are found by that are the same thing, pairs that were found, and what was merged."""

import sqlalchemy as sa
from alembic import op

revision = "dupes1"
down_revision = "home1"
branch_labels = None
depends_on = None

Id = sa.BigInteger
Text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "weft_match",
        sa.Column("matcher", Id, nullable=False, autoincrement=False), sa.Column("key", Text, nullable=False),
        sa.Column("record_id", Id, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("matcher", "key", "record_id"), sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_index("weft_match_record", "weft_match", ["record_id", "matcher"])
    op.create_table(
        "weft_match_pair",
        sa.Column("form_uid", Id, nullable=False, autoincrement=False),
        sa.Column("low", Id, nullable=False, autoincrement=False),
        sa.Column("high", Id, nullable=False, autoincrement=False), sa.Column("matcher", Id),
        sa.Column("score", sa.Integer), sa.Column("state", Text), sa.Column("found_at", Id),
        sa.Column("seen_by", Id), sa.PrimaryKeyConstraint("form_uid", "low", "high"),
    )  # fmt: skip
    op.create_index("weft_match_pair_open", "weft_match_pair", ["form_uid", "state", "score"])
    op.create_table(
        "weft_merge",
        sa.Column("id", Id, nullable=False, autoincrement=False), sa.Column("app", Text),
        sa.Column("form_uid", Id), sa.Column("survivor", Id), sa.Column("cause", Id), sa.Column("actor", Id),
        sa.Column("at", Id), sa.Column("moved", sa.JSON), sa.Column("undone_at", Id),
        sa.Column("undone_by", Id), sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("weft_merge_survivor", "weft_merge", ["form_uid", "survivor"])
    op.create_table(
        "weft_merged",
        sa.Column("merge_id", Id, nullable=False, autoincrement=False),
        sa.Column("absorbed", Id, nullable=False, autoincrement=False), sa.Column("form_uid", Id),
        sa.PrimaryKeyConstraint("merge_id", "absorbed"),
    )  # fmt: skip
    op.create_index("weft_merged_record", "weft_merged", ["form_uid", "absorbed"])


def downgrade() -> None:
    raise RuntimeError("data would be lost: restore a backup instead")
