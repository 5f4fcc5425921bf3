"""The tables of running flows: what stands where, who must do what, what was decided, where stages were.

Texts named ``detail`` and ``counts`` hold JSON. Keys of nodes and buttons are those of the instance's
version.
"""

from __future__ import annotations

import sqlalchemy as sa

from engines.form.columns import Instant, Text
from engines.store.platform import Id, id_column, metadata

_RUNNING = sa.text("state = 'running'")
_LOCKED = sa.text("locked")
_OPEN = sa.text("state = 'open'")


# ``version``: of the app, whose graph the instance finishes on. ``revision`` counts transitions.
# ``once``: what asked for it, which never starts a second.
# ``locked``: people may not edit the record meanwhile. ``counts``: node -> how often it was entered.
instance = sa.Table(
    "weft_flow_instance",
    metadata,
    id_column(),
    sa.Column("app", Text),
    sa.Column("flow_uid", Id),
    sa.Column("form_uid", Id),
    sa.Column("record_id", Id),
    sa.Column("version", sa.Integer),
    sa.Column("revision", sa.Integer),
    sa.Column("state", Text),
    sa.Column("locked", sa.Boolean),
    sa.Column("decided", sa.Boolean),
    sa.Column("started_by", Id),
    sa.Column("started_at", Instant),
    sa.Column("ended_at", Instant),
    sa.Column("counts", Text),
    sa.Column("once", Text),
    sa.Index("weft_flow_instance_record", "form_uid", "record_id"),
    sa.Index("weft_flow_instance_started", "started_by", "id"),
    sa.Index(
        "weft_flow_instance_running",
        "flow_uid",
        "record_id",
        unique=True,
        sqlite_where=_RUNNING,
        postgresql_where=_RUNNING,
    ),
    sa.Index(
        "weft_flow_instance_locked",
        "form_uid",
        "record_id",
        sqlite_where=_LOCKED,
        postgresql_where=_LOCKED,
    ),
)
# ``parent_id``: the token that a split divided; it goes on when its children have come together.
token = sa.Table(
    "weft_flow_token",
    metadata,
    id_column(),
    sa.Column("instance_id", Id),
    sa.Column("parent_id", Id),
    sa.Column("node", Text),
    sa.Column("visit_id", Id),
    sa.Column("state", Text),
    sa.Index("weft_flow_token_living", "instance_id", "state"),
)
# ``previous_id``: the last visit before it at which somebody was waited for.
visit = sa.Table(
    "weft_flow_visit",
    metadata,
    id_column(),
    sa.Column("instance_id", Id),
    sa.Column("token_id", Id),
    sa.Column("previous_id", Id),
    sa.Column("node", Text),
    sa.Column("number", sa.Integer),
    sa.Column("state", Text),
    sa.Column("outcome", Text),
    sa.Column("record_version", sa.Integer),
    sa.Column("entered_at", Instant),
    sa.Column("left_at", Instant),
    sa.Column("left_by", Id),
    sa.Column("due", Instant),
    sa.Column("reminded", sa.Integer),
    sa.Column("detail", Text),
    sa.Index("weft_flow_visit_instance", "instance_id", "id"),
)
task = sa.Table(
    "weft_flow_task",
    metadata,
    id_column(),
    sa.Column("instance_id", Id),
    sa.Column("visit_id", Id),
    sa.Column("kind", Text),
    sa.Column("user_id", Id),
    sa.Column("place", sa.Integer),
    sa.Column("state", Text),
    sa.Column("outcome", Text),
    sa.Column("moved_from", Id),
    sa.Column("todo_id", Id),
    sa.Column("opened_at", Instant),
    sa.Column("closed_at", Instant),
    sa.Index("weft_flow_task_visit", "visit_id"),
    sa.Index("weft_flow_task_instance", "instance_id", "user_id"),
    sa.Index("weft_flow_task_open", "user_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
)
decision = sa.Table(
    "weft_flow_decision",
    metadata,
    id_column(),
    sa.Column("instance_id", Id),
    sa.Column("visit_id", Id),
    sa.Column("task_id", Id),
    sa.Column("user_id", Id),
    sa.Column("act", Text),
    sa.Column("button", Text),
    sa.Column("comment", Text),
    sa.Column("detail", Text),
    sa.Column("cause", Id),
    sa.Column("at", Instant),
    sa.Index("weft_flow_decision_instance", "instance_id", "id"),
    sa.Index("weft_flow_decision_cause", "cause"),
)
# One stay of a record in a stage, which is an option of ``field_uid``. ``how``: started, placed, moved.
stage = sa.Table(
    "weft_flow_stage",
    metadata,
    id_column(),
    sa.Column("form_uid", Id),
    sa.Column("record_id", Id),
    sa.Column("field_uid", Id),
    sa.Column("stage", Id),
    sa.Column("how", Text),
    sa.Column("entered_at", Instant),
    sa.Column("entered_by", Id),
    sa.Column("left_at", Instant),
    sa.Index("weft_flow_stage_record", "field_uid", "record_id", "entered_at"),
    sa.Index("weft_flow_stage_entered", "field_uid", "stage", "entered_at"),
)
