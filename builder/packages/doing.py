"""What every door does with an upgrade: compare, and let what is taken land in the draft as one command."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from builder.drafting.commands import read_command
from builder.drafting.drafts import DesignDraft, Drafts
from builder.packages import bases
from builder.packages.upgrading import Upgrade, compare
from engines.form import AppModel
from schemas.elements import App


def compared(conn: sa.Connection, drafts: Drafts, app: AppModel, theirs: App) -> tuple[Upgrade, DesignDraft]:
    """Compare a package with the draft of an app. Raises Invalid for a package of another app."""
    draft = drafts.read(conn, app)
    base = bases.base_of(conn, app.key, drafts.grammar)
    return compare(drafts.grammar, base, theirs, draft.document), draft


def land(
    drafts: Drafts, app: AppModel, revision: int, theirs: App, document: dict[str, Any], actor: int | None
) -> DesignDraft:
    """Let the draft become a document that came of a package; undo takes it back.

    Raises Conflict when the draft moved on.
    """
    with drafts.db.read() as conn:
        before = drafts.expected(conn, app, revision).document
    with drafts.db.write() as conn:
        digest = bases.see(conn, app.key, theirs)
    change = {name: None for name in before if name not in document}
    change |= {name: value for name, value in document.items() if before.get(name) != value}
    command = read_command({"do": "upgrade", "set": change, "package": digest})
    draft, _ = drafts.act(app, revision, [command], actor)
    with drafts.db.write() as conn:
        bases.decided(conn, app.key, digest)
    return draft
