"""The platform's tables as they were first released."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Written out and not imported: this step stays what it was when the tables change.
Id = sa.BigInteger
Text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
UNFINISHED = sa.text("state IN ('waiting', 'running') AND unique_key IS NOT NULL")


def upgrade() -> None:
    _definitions()
    _people()
    _records()
    _work()


def downgrade() -> None:
    raise RuntimeError("data would be lost: restore a backup instead")


def _definitions() -> None:
    op.create_table(
        "weft_state",
        sa.Column("name", Text, nullable=False), sa.Column("value", Id),
        sa.PrimaryKeyConstraint("name"),
    )  # fmt: skip
    op.create_table(
        "weft_lease",
        sa.Column("slot", sa.Integer(), nullable=False), sa.Column("until", Id),
        sa.PrimaryKeyConstraint("slot"),
    )  # fmt: skip
    op.create_table(
        "weft_setting",
        sa.Column("name", Text, nullable=False), sa.Column("value", sa.JSON()),
        sa.PrimaryKeyConstraint("name"),
    )  # fmt: skip
    op.create_table(
        "weft_app",
        sa.Column("key", Text, nullable=False), sa.Column("version", sa.Integer()),
        sa.Column("archived_at", Id),
        sa.PrimaryKeyConstraint("key"),
    )  # fmt: skip
    op.create_table(
        "weft_version",
        sa.Column("app", Text, nullable=False), sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("definition", sa.LargeBinary()), sa.Column("names", sa.JSON()),
        sa.Column("published_at", Id), sa.Column("published_by", Id),
        sa.PrimaryKeyConstraint("app", "number"),
    )  # fmt: skip
    op.create_table(
        "weft_element",
        sa.Column("uid", Id, nullable=False), sa.Column("app", Text), sa.Column("path", Text),
        sa.Column("kind", Text), sa.Column("physical", Text), sa.Column("detail", sa.JSON()),
        sa.Column("trashed_at", Id),
        sa.PrimaryKeyConstraint("uid"), sa.UniqueConstraint("physical"),
    )  # fmt: skip
    op.create_index("weft_element_path", "weft_element", ["app", "path"])


def _people() -> None:
    op.create_table(
        "weft_department",
        sa.Column("id", Id, nullable=False), sa.Column("name", Text), sa.Column("parent_id", Id),
        sa.Column("head_id", Id), sa.Column("pos", sa.Integer()),
        sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_table(
        "weft_user",
        sa.Column("id", Id, nullable=False), sa.Column("login", Text), sa.Column("name", Text),
        sa.Column("name_fold", Text), sa.Column("password", Text), sa.Column("email", Text),
        sa.Column("phone", Text), sa.Column("locale", Text), sa.Column("theme", Text),
        sa.Column("department_id", Id), sa.Column("manager_id", Id), sa.Column("admin", sa.Boolean()),
        sa.Column("active", sa.Boolean()), sa.Column("demo", Text), sa.Column("created_at", Id),
        sa.PrimaryKeyConstraint("id"), sa.UniqueConstraint("login"),
    )  # fmt: skip
    op.create_index("ix_weft_user_department_id", "weft_user", ["department_id"])
    op.create_table(
        "weft_role_member",
        sa.Column("user_id", Id, nullable=False), sa.Column("role_uid", Id, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "role_uid"),
    )  # fmt: skip
    op.create_index("ix_weft_role_member_role_uid", "weft_role_member", ["role_uid"])
    op.create_table(
        "weft_session",
        sa.Column("digest", Text, nullable=False), sa.Column("user_id", Id), sa.Column("csrf", Text),
        sa.Column("created_at", Id), sa.Column("seen_at", Id), sa.Column("expires_at", Id),
        sa.PrimaryKeyConstraint("digest"),
    )  # fmt: skip
    op.create_index("ix_weft_session_user_id", "weft_session", ["user_id"])
    op.create_table(
        "weft_api_key",
        sa.Column("id", Id, nullable=False), sa.Column("digest", Text), sa.Column("user_id", Id),
        sa.Column("name", Text), sa.Column("hint", Text), sa.Column("created_at", Id),
        sa.Column("revoked_at", Id),
        sa.PrimaryKeyConstraint("id"), sa.UniqueConstraint("digest"),
    )  # fmt: skip
    op.create_index("ix_weft_api_key_user_id", "weft_api_key", ["user_id"])
    op.create_table(
        "weft_invitation",
        sa.Column("digest", Text, nullable=False), sa.Column("user_id", Id),
        sa.Column("expires_at", Id), sa.Column("used_at", Id),
        sa.PrimaryKeyConstraint("digest"),
    )  # fmt: skip
    op.create_index("ix_weft_invitation_user_id", "weft_invitation", ["user_id"])
    op.create_table(
        "weft_attempt",
        sa.Column("key", Text, nullable=False), sa.Column("count", sa.Integer()),
        sa.Column("until", Id),
        sa.PrimaryKeyConstraint("key"),
    )  # fmt: skip


def _records() -> None:
    op.create_table(
        "weft_cause",
        sa.Column("id", Id, nullable=False), sa.Column("at", Id), sa.Column("door", Text),
        sa.Column("actor", Id), sa.Column("on_behalf_of", Id), sa.Column("parent", Id),
        sa.Column("app", Text), sa.Column("version", sa.Integer()), sa.Column("note", Text),
        sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_table(
        "weft_history",
        sa.Column("form_uid", Id, nullable=False), sa.Column("record_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False), sa.Column("cause", Id),
        sa.Column("op", Text), sa.Column("old", Text),
        sa.PrimaryKeyConstraint("form_uid", "record_id", "version"),
    )  # fmt: skip
    op.create_index("ix_weft_history_cause", "weft_history", ["cause"])
    op.create_table(
        "weft_token",
        sa.Column("form_uid", Id, nullable=False), sa.Column("token", Text, nullable=False),
        sa.Column("field_uid", Id, nullable=False), sa.Column("record_id", Id, nullable=False),
        sa.PrimaryKeyConstraint("form_uid", "token", "field_uid", "record_id"),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_index("weft_token_record", "weft_token", ["form_uid", "record_id"])
    op.create_table(
        "weft_serial",
        sa.Column("field_uid", Id, nullable=False), sa.Column("period", Text, nullable=False),
        sa.Column("last", Id),
        sa.PrimaryKeyConstraint("field_uid", "period"),
    )  # fmt: skip
    op.create_table(
        "weft_file",
        sa.Column("id", Id, nullable=False), sa.Column("digest", Text), sa.Column("name", Text),
        sa.Column("type", Text), sa.Column("size", Id), sa.Column("user_id", Id),
        sa.Column("created_at", Id), sa.Column("form_uid", Id), sa.Column("field_uid", Id),
        sa.Column("record_id", Id),
        sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("ix_weft_file_digest", "weft_file", ["digest"])
    op.create_index("weft_file_record", "weft_file", ["form_uid", "record_id"])
    op.create_table(
        "weft_draft",
        sa.Column("user_id", Id, nullable=False), sa.Column("form_uid", Id, nullable=False),
        sa.Column("record_id", Id, nullable=False), sa.Column("values", sa.JSON()),
        sa.Column("saved_at", Id),
        sa.PrimaryKeyConstraint("user_id", "form_uid", "record_id"),
    )  # fmt: skip
    op.create_table(
        "weft_personal_view",
        sa.Column("id", Id, nullable=False), sa.Column("user_id", Id), sa.Column("form_uid", Id),
        sa.Column("name", Text), sa.Column("detail", sa.JSON()),
        sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("weft_personal_view_owner", "weft_personal_view", ["user_id", "form_uid"])


def _work() -> None:
    op.create_table(
        "weft_job",
        sa.Column("id", Id, nullable=False), sa.Column("kind", Text), sa.Column("payload", sa.JSON()),
        sa.Column("due", Id), sa.Column("unique_key", Text), sa.Column("state", Text),
        sa.Column("attempts", sa.Integer()), sa.Column("leased_until", Id), sa.Column("error", Text),
        sa.Column("progress", sa.JSON()), sa.Column("created_at", Id), sa.Column("finished_at", Id),
        sa.Column("cancel", sa.Boolean()),
        sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("weft_job_due", "weft_job", ["state", "due"])
    op.create_index(
        "weft_job_unique", "weft_job", ["unique_key"], unique=True,
        sqlite_where=UNFINISHED, postgresql_where=UNFINISHED,
    )  # fmt: skip
    op.create_table(
        "weft_answer",
        sa.Column("user_id", Id, nullable=False), sa.Column("key", Text, nullable=False),
        sa.Column("request", Text), sa.Column("status", sa.Integer()),
        sa.Column("body", sa.LargeBinary()), sa.Column("at", Id),
        sa.PrimaryKeyConstraint("user_id", "key"),
    )  # fmt: skip
    op.create_index("ix_weft_answer_at", "weft_answer", ["at"])
