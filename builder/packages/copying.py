"""The page on which a form of another app is copied into a draft, and the same over REST."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from builder.designer.desk import Desk
from builder.designer.elements.pages import crumbs
from builder.designer.starting import first_of
from builder.drafting.commands import read_command
from builder.drafting.drafts import DesignDraft
from builder.drafting.web import drafts_of, revision_in, state_json
from builder.packages.parts import Part, References, copied
from engines.form import AppModel
from frontend.packing import CopyPage, CopySource
from frontend.views import Item
from runtime.screens.shell import go, page
from runtime.web.answers import texts_of
from runtime.web.call import Answer, Call, json_answer
from runtime.web.errors import text_of
from schemas.errors import Conflict, Invalid, Issue, NotFound

_MODES = ("take", "drop")


def show_copy(call: Call) -> Answer:
    """Answer the forms of other apps, and what would come along where one is chosen."""
    desk, chosen, mode = Desk(call), call.query.get("form", ""), call.query.get("references", "take")
    mode = mode if mode in _MODES else "take"
    part = _part(call, desk.draft, chosen, mode) if chosen else None
    label = desk.texts.label
    model = CopyPage(
        desk.texts.t("package.copy.title"), desk.bar(), f"{desk.base}/copy", tuple(_sources(call, desk)),
        chosen, mode, () if part is None else tuple(label(each["label"]) for each in part.forms),
        () if part is None else _told(desk, part),
        () if part is None else tuple(_labels(desk, part.reused)),
    )  # fmt: skip
    return page(call, "builder/copy.html", model, crumbs(desk, ""), nav=desk.nav())


def make_copy(call: Call) -> Answer:
    """Copy the chosen form into the draft and lead to it."""
    desk, app, mode = Desk(call), call.app, call.field("references")
    draft, url = desk.draft, f"{desk.base}/copy"
    if call.field("revision") != str(draft.revision):
        return go(call, url, text_of(desk.texts, "draft.moved_on", {}), "warning")
    part = _part(call, draft, call.field("form"), mode if mode in _MODES else "take")
    actor = call.actor
    call.release()
    try:
        _land(call, app, draft.revision, part, actor)
    except Invalid as error:
        return go(call, url, first_of(call, error), "danger")
    except Conflict as error:
        return go(call, url, text_of(desk.texts, error.reason, {}), "warning")
    return go(call, f"{desk.base}/forms/{part.forms[-1]['key']}", desk.texts.t("package.copy.done"))


def copy_over_rest(call: Call) -> Answer:
    """Copy ``form``, as ``app.form``, into the draft at ``revision``; ``dry_run`` tells what would come."""
    body, app = call.json_object, call.app
    mode, dry = body.get("references", "take"), body.get("dry_run", False)
    if mode not in _MODES:
        raise Invalid(
            [Issue("references", "request.not_allowed", {"value": str(mode)[:40]})], "draft.refused"
        )
    draft = drafts_of(call).expected(call.conn, app, revision_in(call))
    part = _part(call, draft, str(body.get("form", "")), mode)
    texts, actor = texts_of(call), call.actor
    told = {
        "forms": [each["key"] for each in part.forms], "reused": list(part.reused),
        "dropped": [{**each, "label": texts.label(each["label"])} for each in part.dropped],
    }  # fmt: skip
    if dry:
        return json_answer(told)
    call.release()
    return json_answer(state_json(_land(call, app, draft.revision, part, actor)) | told)


def _part(call: Call, draft: DesignDraft, chosen: str, mode: str) -> Part:
    """Return what comes of a form, named as ``app.form``, of an app that the person designs too."""
    key, _, form = chosen.partition(".")
    source = _designed(call).get(key)
    if source is None:
        raise NotFound
    grammar = call.installation.grammar
    return copied(grammar, source.definition, form, draft.document, cast("References", mode))


def _designed(call: Call) -> Mapping[str, AppModel]:
    apps = call.installation.apps(call.conn, call.epoch)
    return {key: each for key, each in apps.items() if call.access.may_design(each)}


def _sources(call: Call, desk: Desk) -> Iterator[CopySource]:
    label = desk.texts.label
    for key, app in _designed(call).items():
        forms = tuple(Item(f"{key}.{each.key}", label(each.label)) for each in app.definition.forms)
        if forms and key != call.app.key:
            yield CopySource(label(app.definition.label), forms)


def _told(desk: Desk, part: Part) -> tuple[str, ...]:
    """Return what stays behind, each once: a field as a whole, or what names it in a view or a section."""
    return tuple(dict.fromkeys(
        desk.texts.t(
            "package.copy.dropped" if each["whole"] else "package.copy.thinned",
            name=desk.texts.label(each["label"]),
        )
        for each in part.dropped
    ))  # fmt: skip


def _labels(desk: Desk, keys: Any) -> Iterator[str]:
    for each in desk.draft.document.get("forms", ()):
        if each.get("key") in keys:
            yield desk.texts.label(each.get("label"))


def _land(call: Call, app: AppModel, revision: int, part: Part, actor: int | None) -> DesignDraft:
    names = [name for name in ("forms", "menu") if name in part.document]
    command = read_command({"do": "update", "at": "", "set": {name: part.document[name] for name in names}})
    draft, _ = drafts_of(call).act(app, revision, [command], actor)
    return draft
