"""A public form of a draft as strangers will see it, beside its properties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, get_args

from builder.designer.canvas import Canvas
from builder.designer.desk import Desk
from builder.designer.reading import Json
from builder.drafting.places import locate
from frontend.publics import Cover, PublicPage
from frontend.views import FieldView
from runtime.publics.asking import lines_of, render
from runtime.web.answers import framed
from runtime.web.call import Answer, Call
from schemas.publics import PublicForm


def look_url(desk: Desk, place: str) -> str:
    """Return the address of the preview of an element; blank for one that is no public form."""
    parts = place.split("/")
    return f"{desk.base}/publics/{parts[1]}/look" if parts[0] == "publics" and len(parts) == 2 else ""


def show_look(call: Call) -> Answer:
    """Answer the page as the draft says it; nothing can be sent from it."""
    desk = Desk(call)
    said: Json = desk.at(locate(desk.draft.document, f"publics/{call.params['key']}"))
    label = desk.texts.label
    cover = Cover(
        label(said.get("label")), str(_word(said, "color")), str(_word(said, "cover")),
        lines_of(label(said.get("intro"))),
    )  # fmt: skip
    model = PublicPage(cover, "", "", tuple(_fields(desk, said)), preview=True)
    return framed(call, render(call, "public/form.html", model))


def _word(said: Json, name: str) -> Any:
    """Return one of the words that a property may be; the usual one where it is none of them."""
    info = PublicForm.model_fields[name]
    return said[name] if said.get(name) in get_args(info.annotation) else info.default


def _fields(desk: Desk, said: Json) -> Iterator[FieldView]:
    """Yield the questions that the draft's form has fields for."""
    forms: list[Json] = desk.draft.document.get("forms", [])
    form: Json = next((each for each in forms if each["key"] == said.get("form")), {})
    grammar, label = desk.call.installation.grammar, desk.texts.label
    canvas = Canvas(grammar, desk.texts, f"forms/{form.get('key')}", "", {}, {})
    views = {each.key: each.view for each in canvas.fields(form, "")} if form else {}
    for each in said.get("questions", ()):
        view = views.get(str(each.get("field")))
        if view is not None:
            yield replace(
                view, label=label(each.get("label")) or view.label, help=label(each.get("help")) or view.help,
                required=bool(each.get("required")) or view.required, width=12,
            )  # fmt: skip
