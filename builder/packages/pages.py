"""The page on which an application is brought up to a package."""

from __future__ import annotations

from builder.designer.desk import Desk
from builder.designer.elements.pages import crumbs
from builder.designer.starting import awaiting, first_of, read_sent
from builder.drafting.drafts import DesignDraft
from builder.packages import bases
from builder.packages.doing import compared, land
from builder.packages.telling import lines_of
from builder.packages.upgrading import Upgrade, package_of
from frontend.packing import UpgradePage
from runtime.screens.shell import go, page
from runtime.web.call import Answer, Call
from runtime.web.errors import text_of
from schemas.dumper import plain
from schemas.elements import App
from schemas.errors import Conflict, Invalid, NotFound


def show_upgrade(call: Call) -> Answer:
    """Answer what the package that waits would change, or where to bring one."""
    desk = Desk(call)
    grammar = call.installation.grammar
    try:
        theirs = bases.waiting(call.conn, call.app.key, grammar)
    except NotFound:
        return _page(desk, None, None)
    found, _ = compared(call.conn, desk.drafts, call.app, theirs)
    return _page(desk, found, theirs)


def _page(desk: Desk, found: Upgrade | None, theirs: App | None) -> Answer:
    t, url = desk.texts.t, f"{desk.base}/upgrade"
    title = t("upgrade.title", name=desk.texts.label(desk.draft.document.get("label")))
    model = UpgradePage(title, desk.bar(), url)
    if found is not None and theirs is not None:
        lines = lines_of(found, desk.texts)
        model = UpgradePage(
            title, desk.bar(), url, True, theirs.version, found.own,
            tuple(each for each in lines if each.conflict),
            tuple(each for each in lines if not each.conflict),
        )  # fmt: skip
    return page(desk.call, "builder/upgrade.html", model, crumbs(desk, ""), nav=desk.nav())


def bring_upgrade(call: Call) -> Answer:
    """Take a package from a file and lead to what it would change."""
    url, app = f"/design/{call.app.key}/upgrade", call.app
    try:
        theirs = package_of(app.key, call.installation.publisher.read(read_sent(call)))
    except Invalid as error:
        return go(call, url, first_of(call, error), "danger")
    return awaiting(call, theirs)


def drop_upgrade(call: Call) -> Answer:
    """Forget the package that waits."""
    app = call.app.key
    call.release()
    with call.installation.db.write() as conn:
        bases.decided(conn, app)
    return go(call, f"/design/{app}/upgrade", Desk(call).texts.t("upgrade.dropped"))


def take_upgrade(call: Call) -> Answer:
    """Let what was taken land in the draft, and lead to what publishing it would change."""
    desk, app = Desk(call), call.app
    url, said = f"{desk.base}/upgrade", desk.texts
    theirs = bases.waiting(call.conn, app.key, call.installation.grammar)
    found, draft = compared(call.conn, desk.drafts, app, theirs)
    if call.field("revision") != str(draft.revision):
        return go(call, url, text_of(said, "draft.moved_on", {}), "warning")
    actor = call.actor
    try:
        document = _document(call, found, theirs)
        call.release()
        made = land(desk.drafts, app, draft.revision, theirs, document, actor)
    except Invalid as error:
        return go(call, url, first_of(call, error), "danger")
    except Conflict as error:
        return go(call, url, text_of(said, error.reason, {}), "warning")
    return go(call, f"{desk.base}/publish", said.t(_outcome(draft, made)))


def _document(call: Call, found: Upgrade, theirs: App) -> dict[str, object]:
    """Return what was chosen: the package as it is, or each thing for itself."""
    if call.field("how") == "replace":
        return plain(theirs)
    shown = {value for name, value in call.posted if name == "shown"}
    ticked = {str(value) for name, value in call.posted if name == "take"}
    # What is not on the page was not declined either.
    declined = [each.path for each in found.items if each.path in shown and each.path not in ticked]
    return found.taking(found.paths(ticked, declined))


def _outcome(before: DesignDraft, after: DesignDraft) -> str:
    return "upgrade.nothing" if before.document == after.document else "upgrade.landed"
