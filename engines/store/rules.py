"""The tables of rules: what was decided, what waits for its moment, what was made."""

from __future__ import annotations

import sqlalchemy as sa

from engines.form.columns import Instant, Text
from engines.store.platform import Id, id_column, metadata

run = sa.Table(
    "weft_rule_run",
    metadata,
    id_column(),
    sa.Column("app", Text),
    sa.Column("rule_uid", Id),
    sa.Column("form_uid", Id),
    sa.Column("record_id", Id),
    sa.Column("version", sa.Integer),
    sa.Column("event", Text),
    sa.Column("at", Instant),
    sa.Column("actor", Id),
    sa.Column("cause_id", Id),
    sa.Column("origin", Id),
    sa.Column("state", Text),
    sa.Column("reason", Text),
    sa.Column("step", sa.Integer),
    sa.Column("attempts", sa.Integer),
    sa.Column("error", Text),
    sa.Column("detail", Text),
    sa.Index("weft_rule_run_record", "form_uid", "record_id", "id"),
    sa.Index("weft_rule_run_rule", "rule_uid", "state", "id"),
    sa.Index("weft_rule_run_origin", "origin"),
    sa.Index("weft_rule_run_old", "state", "at"),
)
_WAITING = "state = 'waiting'"
timer = sa.Table(
    "weft_rule_timer",
    metadata,
    id_column(),
    sa.Column("app", Text),
    sa.Column("rule_uid", Id),
    sa.Column("form_uid", Id),
    sa.Column("record_id", Id),
    sa.Column("due", Instant),
    sa.Column("anchor", Text),
    sa.Column("state", Text),
    sa.Column("attempts", sa.Integer),
    sa.Column("error", Text),
    sa.UniqueConstraint("rule_uid", "record_id", "anchor"),
    sa.Index(
        "weft_rule_timer_due", "due", sqlite_where=sa.text(_WAITING), postgresql_where=sa.text(_WAITING)
    ),
    sa.Index("weft_rule_timer_record", "form_uid", "record_id"),
)
# Since when a rule waits for what it says now; whatever fell due before is past.
state = sa.Table(
    "weft_rule_state",
    metadata,
    id_column("rule_uid"),
    sa.Column("app", Text),
    sa.Column("digest", Text),
    sa.Column("since", Instant),
)
# What a rule made of a record, so that it makes it once.
made = sa.Table(
    "weft_rule_made",
    metadata,
    sa.Column("key", Text, primary_key=True),
    sa.Column("form_uid", Id),
    sa.Column("record_id", Id),
    sa.Column("at", Instant),
)
