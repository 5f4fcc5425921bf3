"""Running flows and the stays of records in stages."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "flow1"
down_revision = "rule2"
branch_labels = None
depends_on = None

Id = sa.BigInteger
Text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
RUNNING, LOCKED, OPEN = sa.text("state = 'running'"), sa.text("locked"), sa.text("state = 'open'")


def upgrade() -> None:
    _instances()
    _visits()
    _tasks()
    _stages()


def downgrade() -> None:
    raise RuntimeError("data would be lost: restore a backup instead")


def _where(condition: sa.TextClause) -> dict[str, Any]:
    return {"sqlite_where": condition, "postgresql_where": condition}


def _instances() -> None:
    table = "weft_flow_instance"
    op.create_table(
        table,
        sa.Column("id", Id, nullable=False), sa.Column("app", Text), sa.Column("flow_uid", Id),
        sa.Column("form_uid", Id), sa.Column("record_id", Id), sa.Column("version", sa.Integer()),
        sa.Column("revision", sa.Integer()), sa.Column("state", Text), sa.Column("locked", sa.Boolean()),
        sa.Column("decided", sa.Boolean()), sa.Column("started_by", Id), sa.Column("started_at", Id),
        sa.Column("ended_at", Id), sa.Column("counts", Text), sa.Column("once", Text),
        sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    record = ["form_uid", "record_id"]
    op.create_index(f"{table}_record", table, record)
    op.create_index(f"{table}_running", table, ["flow_uid", "record_id"], unique=True, **_where(RUNNING))
    op.create_index(f"{table}_locked", table, record, **_where(LOCKED))


def _visits() -> None:
    op.create_table(
        "weft_flow_token",
        sa.Column("id", Id, nullable=False), sa.Column("instance_id", Id), sa.Column("parent_id", Id),
        sa.Column("node", Text), sa.Column("visit_id", Id), sa.Column("state", Text),
        sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("weft_flow_token_living", "weft_flow_token", ["instance_id", "state"])
    op.create_table(
        "weft_flow_visit",
        sa.Column("id", Id, nullable=False), sa.Column("instance_id", Id), sa.Column("token_id", Id),
        sa.Column("previous_id", Id), sa.Column("node", Text), sa.Column("number", sa.Integer()),
        sa.Column("state", Text), sa.Column("outcome", Text), sa.Column("record_version", sa.Integer()),
        sa.Column("entered_at", Id), sa.Column("left_at", Id), sa.Column("left_by", Id),
        sa.Column("due", Id), sa.Column("reminded", sa.Integer()), sa.Column("detail", Text),
        sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("weft_flow_visit_instance", "weft_flow_visit", ["instance_id", "id"])


def _tasks() -> None:
    op.create_table(
        "weft_flow_task",
        sa.Column("id", Id, nullable=False), sa.Column("instance_id", Id), sa.Column("visit_id", Id),
        sa.Column("kind", Text), sa.Column("user_id", Id), sa.Column("place", sa.Integer()),
        sa.Column("state", Text), sa.Column("outcome", Text), sa.Column("moved_from", Id),
        sa.Column("todo_id", Id), sa.Column("opened_at", Id), sa.Column("closed_at", Id),
        sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("weft_flow_task_visit", "weft_flow_task", ["visit_id"])
    op.create_index("weft_flow_task_instance", "weft_flow_task", ["instance_id", "user_id"])
    op.create_index("weft_flow_task_open", "weft_flow_task", ["user_id"], **_where(OPEN))
    op.create_table(
        "weft_flow_decision",
        sa.Column("id", Id, nullable=False), sa.Column("instance_id", Id), sa.Column("visit_id", Id),
        sa.Column("task_id", Id), sa.Column("user_id", Id), sa.Column("act", Text),
        sa.Column("button", Text), sa.Column("comment", Text), sa.Column("detail", Text),
        sa.Column("cause", Id), sa.Column("at", Id),
        sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("weft_flow_decision_instance", "weft_flow_decision", ["instance_id", "id"])
    op.create_index("weft_flow_decision_cause", "weft_flow_decision", ["cause"])


def _stages() -> None:
    table = "weft_flow_stage"
    op.create_table(
        table,
        sa.Column("id", Id, nullable=False), sa.Column("form_uid", Id), sa.Column("record_id", Id),
        sa.Column("field_uid", Id), sa.Column("stage", Id), sa.Column("how", Text),
        sa.Column("entered_at", Id), sa.Column("entered_by", Id), sa.Column("left_at", Id),
        sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index(f"{table}_record", table, ["field_uid", "record_id", "entered_at"])
    op.create_index(f"{table}_entered", table, ["field_uid", "stage", "entered_at"])
