"""The tables of duplicates: keys that records are found by, pairs that were found, what was merged."""

from __future__ import annotations

import sqlalchemy as sa

from engines.form.columns import Instant, Text
from engines.store.platform import Id, id_column, metadata

# ``matcher``: the uid of what is compared (``engines.form.matching``), so that rules of the same share keys.
key = sa.Table(
    "weft_match",
    metadata,
    sa.Column("matcher", Id, primary_key=True, autoincrement=False),
    sa.Column("key", Text, primary_key=True),
    sa.Column("record_id", Id, primary_key=True, autoincrement=False),
    sa.Index("weft_match_record", "record_id", "matcher"),
    sqlite_with_rowid=False,
)
# Two records that may be one. ``low`` < ``high``. ``state``: open, or dismissed by a person for good.
pair = sa.Table(
    "weft_match_pair",
    metadata,
    sa.Column("form_uid", Id, primary_key=True, autoincrement=False),
    sa.Column("low", Id, primary_key=True, autoincrement=False),
    sa.Column("high", Id, primary_key=True, autoincrement=False),
    sa.Column("matcher", Id),
    sa.Column("score", sa.Integer),
    sa.Column("state", Text),
    sa.Column("found_at", Instant),
    sa.Column("seen_by", Id),
    sa.Index("weft_match_pair_open", "form_uid", "state", "score"),
)
# One merge. ``moved``: what was re-pointed, table -> former record -> ids, so that it can be taken back.
merge = sa.Table(
    "weft_merge",
    metadata,
    id_column(),
    sa.Column("app", Text),
    sa.Column("form_uid", Id),
    sa.Column("survivor", Id),
    sa.Column("cause", Id),
    sa.Column("actor", Id),
    sa.Column("at", Instant),
    sa.Column("moved", sa.JSON),
    sa.Column("undone_at", Instant),
    sa.Column("undone_by", Id),
    sa.Index("weft_merge_survivor", "form_uid", "survivor"),
)
merged = sa.Table(
    "weft_merged",
    metadata,
    sa.Column("merge_id", Id, primary_key=True, autoincrement=False),
    sa.Column("absorbed", Id, primary_key=True, autoincrement=False),
    sa.Column("form_uid", Id),
    sa.Index("weft_merged_record", "form_uid", "absorbed"),
)
