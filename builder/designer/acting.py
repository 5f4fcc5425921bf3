"""Gestures: posted forms that become commands, undo and redo; the answer is the page they came from."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlsplit

from builder.designer.boards.gestures import board_after, board_gesture, board_still
from builder.designer.desk import Desk, chosen_in
from builder.designer.elements.around import surroundings
from builder.designer.elements.bringing import matched
from builder.designer.elements.gestures import part_gesture
from builder.designer.elements.pages import pointer_of
from builder.designer.elements.refitting import refitted
from builder.designer.elements.shapes import shape_at
from builder.designer.elements.tagging import keyed
from builder.designer.flows.gestures import flow_gesture, removed
from builder.designer.keeping import by_itself, kept, refused
from builder.designer.keys import propose_key
from builder.designer.layouts.gestures import GESTURES as LAYOUT_GESTURES
from builder.designer.layouts.gestures import copied, layout_gesture, placed, unplaced
from builder.designer.reading import read_panel
from builder.designer.rights import grant_gesture, granted_to_the_only_role
from builder.designer.views.gestures import view_gesture
from builder.drafting.applying import Json
from builder.drafting.commands import Batch, Command, read_command
from builder.drafting.places import locate
from builder.drafting.web import revision_of
from runtime.screens.shell import go
from runtime.web.call import Answer, Call
from runtime.web.errors import text_of
from schemas.dumper import plain
from schemas.errors import Conflict, Invalid, Issue, NotFound, WeftError
from schemas.grammar import references
from schemas.kinds import Options

FIRST = "name"  # the field that a new form begins with


def act(call: Call) -> Answer:
    """Carry out one gesture."""
    desk, actor = Desk(call), call.actor
    app, next_url = call.app, desk.next_url(desk.base)
    try:
        commands = _gesture(desk)
        revision = revision_of(call.field("revision"))
        call.release()
        draft, places = desk.drafts.act(app, revision, commands, actor)
    except (Invalid, Conflict, NotFound) as error:
        return refused(desk, error) if by_itself(call) else go(call, next_url, _told(desk, error), "danger")
    url = _landing(desk, next_url, places[-1])
    return kept(desk, draft, url, places[-1]) if by_itself(call) else go(call, url)


def _landing(desk: Desk, next_url: str, place: str) -> str:
    """Return the page to look at after a gesture that led to a place."""
    call, base = desk.call, urlsplit(next_url).path
    if call.field("do") == "add_form":
        return f"{desk.base}/{place}?at={FIRST}&new=yes"
    if base.startswith(f"{desk.base}/dashboards/"):
        return board_after(desk, place)
    if base.endswith("/element"):
        shown = _shown(call, place)
        board = call.field("do") == "part_add" and shown.startswith("dashboards/") and shown.count("/") == 1
        return desk.url_of(shown) if board else desk.element_url(shown)
    place = call.field("place") if call.field("do") == "field_put" else place
    chosen = chosen_in(base.removeprefix(f"{desk.base}/"), place)
    return f"{base}?at={quote(chosen)}" if chosen else base


def _shown(call: Call, place: str) -> str:
    """Return which element to look at now: a new one, else the one that was looked at, whatever its name."""
    was, acted, do = call.field("show"), call.field("place"), call.field("do")
    if do in {"node_insert", "node_branch"}:
        return place
    if place.startswith("flows/") and place.endswith("/nodes"):
        place = place.removesuffix("/nodes")
    if do == "part_add" and place.rpartition("/")[0] == call.field("to"):
        return place
    if do == "remove" and f"{was}/".startswith(f"{acted}/"):
        return place.rpartition("/")[0] if place.startswith("flows/") and place.count("/") > 3 else place
    return place if was == acted and do == "panel" else was


def undo(call: Call) -> Answer:
    """Take the last gesture back."""
    return _turn(call, "undo")


def redo(call: Call) -> Answer:
    """Do again what was taken back."""
    return _turn(call, "redo")


def discard(call: Call) -> Answer:
    """Go back to what is published."""
    desk, key = Desk(call), call.app.key
    call.release()
    desk.drafts.discard(key)
    return go(call, desk.base, desk.texts.t("design.discarded"))


def _turn(call: Call, name: str) -> Answer:
    desk, app = Desk(call), call.app
    next_url = desk.next_url(desk.base)
    try:
        revision = revision_of(call.field("revision"))
        call.release()
        getattr(desk.drafts, name)(app, revision)
    except (Invalid, Conflict, NotFound) as error:
        return go(call, next_url, _told(desk, error), "danger")
    return go(call, _still(Desk(call), next_url))


def _still(desk: Desk, url: str) -> str:
    """Return the page of an element, or of what it stood in where it is no longer there."""
    parts = urlsplit(url)
    place = dict(parse_qsl(parts.query)).get("at", "")
    if parts.path.startswith(f"{desk.base}/dashboards/"):
        return board_still(desk, url)
    if not parts.path.endswith("/element"):
        return url
    while place:
        try:
            pointer_of(desk.draft.document, place)
        except NotFound:
            place = place.rpartition("/")[0]
        else:
            return desk.element_url(place)
    return desk.base


def _told(desk: Desk, error: WeftError) -> str:
    """Return what was refused, in the words of its first problem."""
    texts = desk.texts
    if isinstance(error, Invalid) and error.issues:
        first = error.issues[0]
        return text_of(texts, first.code, dict(first.params))
    return text_of(texts, error.reason, dict(error.params))


def _gesture(desk: Desk) -> list[Command]:
    """Return a gesture as one command, so that it is taken back as one."""
    found = _commands(desk)
    return found if len(found) < 2 else [Batch(do="batch", commands=tuple(found))]  # type: ignore[arg-type]


def _commands(desk: Desk) -> list[Command]:
    """Read the gesture: ``do`` says which."""
    call = desk.call
    match call.field("do"):
        case "add_field":
            new = _new_field(desk, call.field("place"), call.field("type"))
            raw = [*placed(desk, call.field("place"), str(new["value"]["key"])), new]
        case "add_form":
            raw = _new_form(desk, call.field("label"))
        case "panel":
            raw = _panel(desk, call.field("place"))
        case "toggle":
            element = desk.element(call.field("place"))
            name = call.field("name")
            raw = [
                {
                    "do": "update",
                    "at": call.field("place"),
                    "set": {name: None if element.get(name) else True},
                }
            ]
        case "copy":
            raw = _copy(desk, call.field("place"))
        case "move":
            raw = [{"do": "move", "at": call.field("place"), "before": call.field("before") or None}]
        case "remove":
            raw = [*unplaced(desk, call.field("place")), *removed(desk, call.field("place"))]
        case other:
            raw = _of_a_canvas(desk, other)
    return [read_command(each) for each in raw]


def _of_a_canvas(desk: Desk, name: str) -> list[Json]:
    """Read the gestures of parts, and of the canvases of flows, views and dashboards."""
    match name:
        case "add_widget" | "copy_widget" | "drag" | "step":
            return board_gesture(desk, name)
        case "part_add" | "part_move" | "part_kind":
            return [part_gesture(desk, name)]
        case "grant":
            return [grant_gesture(desk)]
        case "sort_by" | "group_by" | "total_by":
            return [view_gesture(desk, name)]
        case other if other in LAYOUT_GESTURES:
            return layout_gesture(desk, other)
        case "node_insert" | "node_link" | "node_branch" | "flow_stages":
            return flow_gesture(desk, name)
    raise Invalid([Issue("do", "draft.bad_command", {"problem": name})], "draft.refused")


def _new_field(desk: Desk, form: str, kind: str) -> Json:
    known = desk.call.installation.grammar.fields
    if kind not in known:
        raise Invalid([Issue("type", "definition.unknown_type", {"name": kind})], "draft.refused")
    there = {str(each.get("key")) for each in desk.element(form).get("fields", ())}
    label = desk.texts.t(f"field.{kind}.label")
    value: Json = {"key": propose_key(kind, there, 40, "field"), "type": kind, "label": label}
    value |= _needed(desk, form, kind)
    before = None if desk.call.field("section") else desk.call.field("before") or None
    return {"do": "add", "to": f"{form}/fields", "value": value, "before": before}


def _needed(desk: Desk, form: str, kind: str) -> Json:
    """Return what a new field of a kind must say to be one; the designer says the rest."""
    model: type[Options] = desk.call.installation.grammar.fields[kind].Options
    forms = [str(each.get("key")) for each in desk.draft.document.get("forms", ())]
    mine = form.rpartition("/")[2]
    other = next((key for key in forms if key != mine), mine)
    first = next(
        (str(each.get("key")) for each in desk.at(locate(desk.draft.document, form)).get("fields", ())), "id"
    )
    say = desk.texts.t
    known: Json = {
        "options": [{"key": f"option_{n}", "label": say("design.new_option", number=n)} for n in (1, 2, 3)],
        "form": other, "formula": "0", "via": first, "of": first, "field": first,
        "parts": [{"type": "date", "format": "yyyymmdd"}, {"type": "counter", "width": 4}],
    }  # fmt: skip
    wanted = {name for name, info in model.model_fields.items() if info.is_required() or name == "options"}
    return {name: value for name, value in known.items() if name in wanted}


def _new_form(desk: Desk, label: str) -> list[Json]:
    """Return a form with its first field; an app with one role lets whoever has it work with the form."""
    label = label.strip() or desk.texts.t("design.new_form_name")
    taken = {str(each.get("key")) for each in desk.draft.document.get("forms", ())}
    name = {"key": FIRST, "type": "text", "label": desk.texts.t("design.first_field"), "required": True}
    key = propose_key(label, taken, 30, "form")
    value = {"key": key, "label": label, "title": FIRST, "fields": [name]}
    return [*granted_to_the_only_role(desk, key), {"do": "add", "to": "forms", "value": value}]


def _copy(desk: Desk, place: str) -> list[Json]:
    """Return what adds a copy of an element behind it. Raises NotFound."""
    home = place.rpartition("/")[0]
    element, siblings = desk.element(place), desk.at(locate(desk.draft.document, home))
    if "key" not in element or not isinstance(siblings, list):
        raise NotFound("draft.nothing_there", name=place)
    keys = [str(each.get("key")) for each in siblings]
    value = {**element, "key": propose_key(str(element.get("key")), set(keys), 40, "field")}
    value.pop("was", None)
    following = keys[keys.index(str(element.get("key"))) + 1 :]
    added = {"do": "add", "to": home, "value": value, "before": following[0] if following else None}
    return [*copied(desk, place, value["key"]), added]


def _panel(desk: Desk, place: str) -> list[Json]:
    """Return what a posted panel changes; a new label also names an element that was never published."""
    call = desk.call
    pointer = locate(desk.draft.document, place)
    element = desk.at(pointer)
    posted = [(name, value) for name, value in call.posted if isinstance(value, str)]
    model = shape_at(call.installation.grammar.app, desk.draft.document, pointer).model(element)
    if model is None:
        raise NotFound("draft.nothing_there", name=place)
    wanted = read_panel(model, element, posted, desk.texts.locale)
    around = surroundings(desk.draft.document, pointer, desk.texts)
    matched(model, element, wanted, around)
    refitted(model, element, wanted, pointer, around, desk.texts)
    keyed(model, element, wanted, around.tags())
    found: list[Json] = [{"do": "update", "at": place, "set": wanted}]
    # What no one names but its own form keeps its key, which nobody sees.
    if (
        "label" in wanted
        and "key" in element
        and "/layout/" not in place
        and _is_new(desk, place, str(element["key"]))
    ):
        siblings = desk.at(locate(desk.draft.document, place.rpartition("/")[0]))
        taken = {str(each.get("key")) for each in siblings} - {str(element.get("key"))}
        key = propose_key(desk.texts.label(wanted["label"]), taken, 40, str(element.get("key")))
        if key != element.get("key"):
            found.append({"do": "rename", "at": place, "key": key, "keep": False})
    return found


def _is_new(desk: Desk, place: str, key: str) -> bool:
    """Tell whether an element was made in this draft; one that others name is renamed with fields alone."""
    try:
        locate(plain(desk.call.app.definition), place)
    except NotFound:
        return place.split("/", maxsplit=1)[0] == "forms" or not _is_named(desk, key)
    return False


def _is_named(desk: Desk, key: str) -> bool:
    """Tell whether something in the draft names an element other than a form or field by this key."""
    if desk.reads is None:
        return True
    what = {"role", "flow", "dashboard", "node"}
    named = (said for _, kind, said, _ in references(desk.reads) if kind in what)
    return key in named
