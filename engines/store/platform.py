"""The platform's own tables; ``migrations/`` brings a database to this state."""

from __future__ import annotations

import sqlalchemy as sa

from engines.form.columns import Instant, Text

metadata = sa.MetaData()
Id = sa.BigInteger


def id_column(name: str = "id") -> sa.Column[int]:
    """Return a primary key that the platform numbers itself."""
    return sa.Column(name, Id, primary_key=True, autoincrement=False)


def _where(condition: str, name: str, *columns: str, unique: bool = False) -> sa.Index:
    """Return an index over the rows of which a condition holds."""
    rows = sa.text(condition)
    return sa.Index(name, *columns, unique=unique, sqlite_where=rows, postgresql_where=rows)


_UNFINISHED = "state IN ('waiting', 'running') AND unique_key IS NOT NULL"
# One row counts every change to people, rights and definitions; caches are keyed by it.
state = sa.Table("weft_state", metadata, sa.Column("name", Text, primary_key=True), sa.Column("value", Id))
# 63 places from which processes take their part of every id they make.
lease = sa.Table(
    "weft_lease", metadata, sa.Column("slot", sa.Integer, primary_key=True), sa.Column("until", Instant)
)
setting = sa.Table(
    "weft_setting", metadata, sa.Column("name", Text, primary_key=True), sa.Column("value", sa.JSON)
)

app = sa.Table(
    "weft_app",
    metadata,
    sa.Column("key", Text, primary_key=True),
    sa.Column("version", sa.Integer),
    sa.Column("archived_at", Instant),
)
version = sa.Table(
    "weft_version",
    metadata,
    sa.Column("app", Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("definition", sa.LargeBinary),
    sa.Column("names", sa.JSON),
    sa.Column("published_at", Instant),
    sa.Column("published_by", Id),
)
element = sa.Table(
    "weft_element",
    metadata,
    id_column("uid"),
    sa.Column("app", Text),
    sa.Column("path", Text),
    sa.Column("kind", Text),
    sa.Column("physical", Text, unique=True),
    sa.Column("detail", sa.JSON),
    sa.Column("trashed_at", Instant),
    sa.Index("weft_element_path", "app", "path"),
)

department = sa.Table(
    "weft_department",
    metadata,
    id_column(),
    sa.Column("name", Text),
    sa.Column("parent_id", Id),
    sa.Column("head_id", Id),
    sa.Column("pos", sa.Integer),
)
user = sa.Table(
    "weft_user",
    metadata,
    id_column(),
    sa.Column("login", Text, unique=True),
    sa.Column("name", Text),
    sa.Column("name_fold", Text),
    sa.Column("password", Text),
    sa.Column("email", Text),
    sa.Column("phone", Text),
    sa.Column("locale", Text),
    sa.Column("theme", Text),
    sa.Column("department_id", Id, index=True),
    sa.Column("manager_id", Id),
    sa.Column("admin", sa.Boolean),
    sa.Column("active", sa.Boolean),
    sa.Column("demo", Text),
    sa.Column("created_at", Instant),
)
role_member = sa.Table(
    "weft_role_member",
    metadata,
    sa.Column("user_id", Id, primary_key=True),
    sa.Column("role_uid", Id, primary_key=True, index=True),
)
session = sa.Table(
    "weft_session",
    metadata,
    sa.Column("digest", Text, primary_key=True),
    sa.Column("user_id", Id, index=True),
    sa.Column("csrf", Text),
    sa.Column("created_at", Instant),
    sa.Column("seen_at", Instant),
    sa.Column("expires_at", Instant),
)
api_key = sa.Table(
    "weft_api_key",
    metadata,
    id_column(),
    sa.Column("digest", Text, unique=True),
    sa.Column("user_id", Id, index=True),
    sa.Column("name", Text),
    sa.Column("hint", Text),
    sa.Column("created_at", Instant),
    sa.Column("revoked_at", Instant),
)
invitation = sa.Table(
    "weft_invitation",
    metadata,
    sa.Column("digest", Text, primary_key=True),
    sa.Column("user_id", Id, index=True),
    sa.Column("expires_at", Instant),
    sa.Column("used_at", Instant),
)
attempt = sa.Table(
    "weft_attempt",
    metadata,
    sa.Column("key", Text, primary_key=True),
    sa.Column("count", sa.Integer),
    sa.Column("until", Instant),
)

cause = sa.Table(
    "weft_cause",
    metadata,
    id_column(),
    sa.Column("at", Instant),
    sa.Column("door", Text),
    sa.Column("actor", Id),
    sa.Column("on_behalf_of", Id),
    sa.Column("parent", Id),
    sa.Column("app", Text),
    sa.Column("version", sa.Integer),
    sa.Column("note", Text),
)
history = sa.Table(
    "weft_history",
    metadata,
    sa.Column("form_uid", Id, primary_key=True),
    sa.Column("record_id", Id, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("cause", Id, index=True),
    sa.Column("op", Text),
    sa.Column("old", Text),
)
token = sa.Table(
    "weft_token",
    metadata,
    sa.Column("form_uid", Id, primary_key=True),
    sa.Column("token", Text, primary_key=True),
    sa.Column("field_uid", Id, primary_key=True),
    sa.Column("record_id", Id, primary_key=True),
    sa.Index("weft_token_record", "form_uid", "record_id"),
    sqlite_with_rowid=False,
)
serial = sa.Table(
    "weft_serial",
    metadata,
    sa.Column("field_uid", Id, primary_key=True),
    sa.Column("period", Text, primary_key=True),
    sa.Column("last", Id),
)
file = sa.Table(
    "weft_file",
    metadata,
    id_column(),
    sa.Column("digest", Text, index=True),
    sa.Column("name", Text),
    sa.Column("type", Text),
    sa.Column("size", Id),
    sa.Column("user_id", Id),
    sa.Column("created_at", Instant),
    sa.Column("form_uid", Id),
    sa.Column("field_uid", Id),
    sa.Column("record_id", Id),
    sa.Index("weft_file_record", "form_uid", "record_id"),
)
job = sa.Table(
    "weft_job",
    metadata,
    id_column(),
    sa.Column("kind", Text),
    sa.Column("payload", sa.JSON),
    sa.Column("due", Instant),
    sa.Column("unique_key", Text),
    sa.Column("state", Text),
    sa.Column("attempts", sa.Integer),
    sa.Column("leased_until", Instant),
    sa.Column("error", Text),
    sa.Column("progress", sa.JSON),
    sa.Column("created_at", Instant),
    sa.Column("finished_at", Instant),
    sa.Column("cancel", sa.Boolean),
    sa.Index("weft_job_due", "state", "due"),
    _where(_UNFINISHED, "weft_job_unique", "unique_key", unique=True),
)
answer = sa.Table(
    "weft_answer",
    metadata,
    sa.Column("user_id", Id, primary_key=True),
    sa.Column("key", Text, primary_key=True),
    sa.Column("request", Text),
    sa.Column("status", sa.Integer),
    sa.Column("body", sa.LargeBinary),
    sa.Column("at", Instant, index=True),
)
draft = sa.Table(
    "weft_draft",
    metadata,
    sa.Column("user_id", Id, primary_key=True),
    sa.Column("form_uid", Id, primary_key=True),
    sa.Column("record_id", Id, primary_key=True),
    sa.Column("values", sa.JSON),
    sa.Column("saved_at", Instant),
)
personal_view = sa.Table(
    "weft_personal_view",
    metadata,
    id_column(),
    sa.Column("user_id", Id),
    sa.Column("form_uid", Id),
    sa.Column("name", Text),
    sa.Column("detail", sa.JSON),
    sa.Column("shared", sa.JSON(none_as_null=True)),
    sa.Index("weft_personal_view_owner", "user_id", "form_uid"),
    sa.Index("weft_personal_view_form", "form_uid"),
)
# The view that a person's list begins with.
first_view = sa.Table(
    "weft_first_view",
    metadata,
    sa.Column("user_id", Id, primary_key=True),
    sa.Column("form_uid", Id, primary_key=True),
    sa.Column("view", Text),
)

feed = sa.Table(
    "weft_feed",
    metadata,
    sa.Column("digest", Text, primary_key=True),
    sa.Column("user_id", Id),
    sa.Column("app", Text),
    sa.Column("form_uid", Id),
    sa.Column("view_uid", Id),
    sa.Column("created_at", Instant),
    sa.Column("read_at", Instant),
    sa.Index("weft_feed_owner", "user_id", "view_uid", unique=True),
)

_OPEN = "state = 'open'"
_REMIND = "state = 'open' AND remind IS NOT NULL"
_OWN = "kind = 'own'"
todo = sa.Table(
    "weft_todo",
    metadata,
    id_column(),
    sa.Column("app", Text),
    sa.Column("kind", Text),
    sa.Column("title", sa.JSON),
    sa.Column("body", sa.JSON),
    sa.Column("link", Text),
    sa.Column("form_uid", Id),
    sa.Column("record_id", Id),
    sa.Column("user_id", Id),
    sa.Column("role_uid", Id),
    sa.Column("due", Instant),
    sa.Column("source", Text),
    sa.Column("unique_key", Text, unique=True),
    sa.Column("cause_id", Id),
    sa.Column("detail", sa.JSON),
    sa.Column("state", Text),
    sa.Column("outcome", Text),
    sa.Column("created_at", Instant),
    sa.Column("ended_at", Instant),
    sa.Column("ended_by", Id),
    sa.Column("steps", sa.JSON),
    sa.Column("department_id", Id),
    sa.Column("remind", Instant),
    _where(_OPEN, "weft_todo_mine", "user_id"),
    _where(_OPEN, "weft_todo_role", "role_uid"),
    _where(_OPEN, "weft_todo_department", "department_id"),
    _where(_OWN, "weft_todo_made", "source", "id"),
    sa.Index("weft_todo_record", "form_uid", "record_id"),
    _where(_OPEN, "weft_todo_source", "source"),
    sa.Index("weft_todo_ended", "ended_by", "ended_at"),
    _where(_REMIND, "weft_todo_remind", "remind"),
)
_UNREAD = "read_at IS NULL"
notice = sa.Table(
    "weft_notice",
    metadata,
    id_column(),
    sa.Column("user_id", Id),
    sa.Column("app", Text),
    sa.Column("level", Text),
    sa.Column("title", sa.JSON),
    sa.Column("body", sa.JSON),
    sa.Column("link", Text),
    sa.Column("form_uid", Id),
    sa.Column("record_id", Id),
    sa.Column("source", Text),
    sa.Column("cause_id", Id),
    sa.Column("unique_key", Text),
    sa.Column("copy", sa.Boolean),
    sa.Column("created_at", Instant),
    sa.Column("read_at", Instant),
    sa.Column("held_until", Instant),
    sa.UniqueConstraint("user_id", "unique_key"),
    sa.Index("weft_notice_mine", "user_id", "id"),
    _where(_UNREAD, "weft_notice_unread", "user_id"),
)

# One definition under way an app, and what its designers did to it.
design = sa.Table(
    "weft_design",
    metadata,
    sa.Column("app", Text, primary_key=True),
    sa.Column("base", sa.Integer),
    sa.Column("revision", sa.Integer),
    sa.Column("document", sa.LargeBinary),
    sa.Column("done", sa.Integer),
    sa.Column("known", sa.Integer),
    sa.Column("changed_at", Instant),
)
design_step = sa.Table(
    "weft_design_step",
    metadata,
    sa.Column("app", Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", Instant),
    sa.Column("actor", Id),
    sa.Column("command", sa.JSON),
    sa.Column("steps", sa.JSON),
    sa.Column("back", sa.JSON),
)
# Who may design an app beside what its roles say, and whose browser shows its draft just now.
designer = sa.Table(
    "weft_designer",
    metadata,
    sa.Column("user_id", Id, primary_key=True),
    sa.Column("app", Text, primary_key=True),
)
presence = sa.Table(
    "weft_presence",
    metadata,
    sa.Column("app", Text, primary_key=True),
    sa.Column("user_id", Id, primary_key=True),
    sa.Column("place", Text),
    sa.Column("at", Instant),
)
# What people say about elements of a definition; ``place`` follows an element that is renamed.
remark = sa.Table(
    "weft_remark",
    metadata,
    id_column(),
    sa.Column("app", Text),
    sa.Column("place", Text),
    sa.Column("named", Text),
    sa.Column("body", Text),
    sa.Column("author", Id),
    sa.Column("at", Instant),
    sa.Column("settled_at", Instant),
    sa.Column("settled_by", Id),
    sa.Index("weft_remark_app", "app", "id"),
)
# What a person arranged for themselves, by its name: places of widgets, which notices may disturb when.
personal = sa.Table(
    "weft_personal",
    metadata,
    sa.Column("user_id", Id, primary_key=True),
    sa.Column("name", Text, primary_key=True),
    sa.Column("value", sa.JSON),
)
# What a person starred or looked at last: a record, a form, one of its views, or a dashboard.
bookmark = sa.Table(
    "weft_bookmark",
    metadata,
    sa.Column("user_id", Id, primary_key=True),
    sa.Column("kind", Text, primary_key=True),
    sa.Column("target", Text, primary_key=True),
    sa.Column("at", Instant),
    sa.Index("weft_bookmark_newest", "user_id", "kind", "at"),
)
