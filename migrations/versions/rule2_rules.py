"""What rules did and why, and what they wait for."""

import sqlalchemy as sa
from alembic import op

revision = "rule2"
down_revision = "design1"
branch_labels = None
depends_on = None

Id = sa.BigInteger
Text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    _runs()
    _timers()


def downgrade() -> None:
    raise RuntimeError("data would be lost: restore a backup instead")


def _runs() -> None:
    op.create_table(
        "weft_rule_run",
        sa.Column("id", Id, nullable=False), sa.Column("app", Text), sa.Column("rule_uid", Id),
        sa.Column("form_uid", Id), sa.Column("record_id", Id), sa.Column("version", sa.Integer()),
        sa.Column("event", Text), sa.Column("at", Id), sa.Column("actor", Id), sa.Column("cause_id", Id),
        sa.Column("origin", Id), sa.Column("state", Text), sa.Column("reason", Text),
        sa.Column("step", sa.Integer()), sa.Column("attempts", sa.Integer()), sa.Column("error", Text),
        sa.Column("detail", Text),
        sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("weft_rule_run_record", "weft_rule_run", ["form_uid", "record_id", "id"])
    op.create_index("weft_rule_run_rule", "weft_rule_run", ["rule_uid", "state", "id"])
    op.create_index("weft_rule_run_origin", "weft_rule_run", ["origin"])
    op.create_index("weft_rule_run_old", "weft_rule_run", ["state", "at"])


def _timers() -> None:
    op.create_table(
        "weft_rule_timer",
        sa.Column("id", Id, nullable=False), sa.Column("app", Text), sa.Column("rule_uid", Id),
        sa.Column("form_uid", Id), sa.Column("record_id", Id), sa.Column("due", Id),
        sa.Column("anchor", Text), sa.Column("state", Text), sa.Column("attempts", sa.Integer()),
        sa.Column("error", Text),
        sa.PrimaryKeyConstraint("id"), sa.UniqueConstraint("rule_uid", "record_id", "anchor"),
    )  # fmt: skip
    op.create_index(
        "weft_rule_timer_due", "weft_rule_timer", ["due"], sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.create_index("weft_rule_timer_record", "weft_rule_timer", ["form_uid", "record_id"])
    op.create_table(
        "weft_rule_state",
        sa.Column("rule_uid", Id, nullable=False), sa.Column("app", Text), sa.Column("digest", Text),
        sa.Column("since", Id),
        sa.PrimaryKeyConstraint("rule_uid"),
    )  # fmt: skip
    op.create_table(
        "weft_rule_made",
        sa.Column("key", Text, nullable=False), sa.Column("form_uid", Id), sa.Column("record_id", Id),
        sa.Column("at", Id),
        sa.PrimaryKeyConstraint("key"),
    )  # fmt: skip
