"""The addresses of applications that travel."""

from __future__ import annotations

from builder.drafting.web import drafts_of, revision_of, state_json
from builder.packages import copying, packing, pages
from builder.packages.archive import MAX_PACKAGE, definition_in
from builder.packages.doing import compared, land
from builder.packages.telling import items_json
from runtime.api.parameters import known
from runtime.web.answers import texts_of
from runtime.web.call import Answer, Call, json_answer
from runtime.web.routing import Permission, Routes

_API = "/api/builder/{app}/upgrade"
_PAGE = "/design/{app}/upgrade"
_MAX_BODY = 20_000_000  # bytes of a package without records
_LISTS = 4_000_000  # bytes of a form that names everything in a package


def add_package_routes(routes: Routes) -> None:
    """Register pages and REST."""
    designer = Permission.designer
    routes.add("GET", _PAGE, designer)(pages.show_upgrade)
    routes.add("POST", _PAGE, designer, limit=_LISTS)(pages.take_upgrade)
    routes.add("POST", _PAGE + "/file", designer, limit=MAX_PACKAGE, multipart=True)(pages.bring_upgrade)
    routes.add("POST", _PAGE + "/drop", designer)(pages.drop_upgrade)
    routes.add("POST", _API + "/plan", designer, limit=_MAX_BODY)(plan)
    routes.add("POST", _API, designer, limit=_MAX_BODY)(upgrade)
    routes.add("GET", "/design/{app}/copy", designer)(copying.show_copy)
    routes.add("POST", "/design/{app}/copy", designer)(copying.make_copy)
    routes.add("POST", "/api/builder/{app}/draft/copy", designer)(copying.copy_over_rest)
    routes.add("GET", "/design/{app}/package", designer)(packing.show_package)
    routes.add("GET", "/design/{app}/package.zip", designer)(packing.package)
    routes.add("GET", "/api/builder/{app}/package", designer)(packing.package)
    routes.add("POST", "/api/builder/packages/install", Permission.admin, limit=MAX_PACKAGE, multipart=True)(
        packing.install_package
    )


def plan(call: Call) -> Answer:
    """Answer what the posted package changed, beside what was changed here."""
    known(call)
    theirs = call.installation.publisher.read(definition_in(call.body))
    found, draft = compared(call.conn, drafts_of(call), call.app, theirs)
    items = items_json(found, texts_of(call))
    return json_answer({"revision": draft.revision, "own": found.own, "items": items})


def upgrade(call: Call) -> Answer:
    """Let the draft at ``revision`` take what the posted package changed; conflicts only where told."""
    known(call, "revision", "take", "decline")
    app, drafts = call.app, drafts_of(call)
    theirs = call.installation.publisher.read(definition_in(call.body))
    found, _ = compared(call.conn, drafts, app, theirs)
    paths = found.paths(_paths(call, "take"), _paths(call, "decline"))
    document, texts = found.taking(paths), texts_of(call)
    actor = call.actor
    call.release()
    made = land(drafts, app, revision_of(call.query.get("revision", "")), theirs, document, actor)
    return json_answer(state_json(made) | {"items": items_json(found, texts, paths)})


def _paths(call: Call, name: str) -> list[str]:
    return [each for each in call.query.get(name, "").split(",") if each]
