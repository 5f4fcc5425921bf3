"""The page of a guide: its steps, and marks for what the draft has."""

from __future__ import annotations

from collections.abc import Iterator

from builder.designer.desk import Desk
from builder.designer.guides.checking import Look
from builder.designer.guides.reading import Asked, Step, guide_named, guides
from frontend.beginning import BuildCheck, BuildGuidePage, BuildStep
from frontend.views import Link
from runtime.screens.shell import page
from runtime.web.call import Answer, Call

# Where on the designer's pages a thing is made.
_LISTS = {"flow": "flows", "rule": "rules", "widgets": "dashboards"}


def show_guide(call: Call) -> Answer:
    """Answer a guide for the draft of an app."""
    desk = Desk(call)
    texts = desk.texts
    chosen = guide_named(call.query.get("guide", ""))
    look = Look(desk.draft.document, published=desk.draft.known == 0 and bool(call.app.forms))
    others = tuple(
        Link(texts.label(each.title), f"{desk.base}/guide?guide={key}")
        for key, each in guides().items() if key != chosen.key
    )  # fmt: skip
    model = BuildGuidePage(
        texts.label(chosen.title), texts.label(chosen.text), tuple(_steps(desk, look, chosen.steps)), others
    )
    crumbs = [
        Link(texts.t("design.title"), "/design"),
        Link(texts.label(desk.draft.document.get("label")), desk.base),
    ]
    return page(call, "builder/guide.html", model, crumbs, nav=desk.nav())


def _steps(desk: Desk, look: Look, steps: tuple[Step, ...]) -> Iterator[BuildStep]:
    before = True
    for each in steps:
        checks = tuple(
            BuildCheck(desk.texts.label(one.text), look.has(one), _url(desk, look, one))
            for one in each.checks
        )
        shown = BuildStep(desk.texts.label(each.title), desk.texts.label(each.text), checks, before)
        before = before and shown.done
        yield shown


def _url(desk: Desk, look: Look, asked: Asked) -> str:
    """Return where what is asked for can be made."""
    if asked.published:
        return f"{desk.base}/publish"
    made_in = next((place for name, place in _LISTS.items() if getattr(asked, name)), "")
    if made_in:
        return desk.element_url(made_in)
    form = look.place(asked)
    return f"{desk.base}/forms/{form}" if form else f"{desk.base}#forms"
