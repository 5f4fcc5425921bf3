"""Forty people at once: pasted or sent, looked at, added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from starlette.datastructures import UploadFile

from engines.store import people
from engines.store.people import Added
from frontend.pages import BulkCell, BulkRow, PeopleBulkPage
from frontend.texts import LOCALES
from frontend.views import Issue as Shown
from runtime.screens.people.frame import HOME, administering, tabs
from runtime.screens.people.invitations import show_invitations
from runtime.screens.people.pasted import COLUMNS, Listed, cells, listed, read_file, read_text, write_text
from runtime.screens.shell import page, texts_of
from runtime.screens.told import told
from runtime.web.call import Answer, Call
from runtime.web.errors import text_of
from schemas.errors import Invalid, Issue

_URL = f"{HOME}/bulk"
_LABELS = {"login": "account"}
_INPUTS = {"text": ("text", "ui.people.paste_label"), "file": ("file", "ui.people.or_file")}


def show_bulk(call: Call) -> Answer:
    """Answer the empty form."""
    return _page(call, PeopleBulkPage(tabs(call, "bulk")))


def take_bulk(call: Call) -> Answer:
    """Show what a list means, or add its people once that was confirmed."""
    text, missing = call.field("text"), "yes" in _posted(call, "departments")
    if call.field("correct"):
        return _page(call, PeopleBulkPage(tabs(call, "bulk"), text=text, departments=missing))
    try:
        found, text = _read(call, text)
    except Invalid as error:
        issues = told(texts_of(call), error.issues, _INPUTS)
        model = PeopleBulkPage(tabs(call, "bulk"), text=text, departments=missing, issues=issues)
        return _page(call, model, 422)
    confirmed = bool(call.field("confirm"))
    try:
        added = _add(call, found, missing=missing, keep=confirmed)
    except Invalid as error:
        return _preview(call, found, text, error.issues, missing=missing)
    if not confirmed:
        return _preview(call, found, text, missing=missing)
    return show_invitations(call, [(each.user_id, each.token) for each in added])


def _posted(call: Call, name: str) -> list[str]:
    return [value for key, value in call.posted if key == name and isinstance(value, str)]


def _read(call: Call, text: str) -> tuple[Listed, str]:
    """Return the posted list, and as text what a preview hands on. Raises Invalid."""
    file = next((value for _, value in call.posted if isinstance(value, UploadFile) and value.filename), None)
    if file is not None:
        rows = read_file(file.file)
        text = write_text(rows)
    else:
        rows = read_text(text)
    found = listed(rows)
    if not found.people:
        raise Invalid([Issue("text", "people.nothing_listed")])
    return found, text


def _add(call: Call, found: Listed, *, missing: bool, keep: bool) -> list[Added]:
    """Add everybody; without ``keep`` only look whether it would go well. Raises Invalid."""
    box, roles = call.installation, _role_names(call)
    with administering(call) as conn:
        attempt = conn.begin_nested()
        added = people.add_people(conn, box.ids, box.clock, found.people, roles, new_departments=missing)
        if keep:
            attempt.commit()
        else:
            attempt.rollback()
    return added


def _role_names(call: Call) -> dict[str, int]:
    """Return what a list may call a role: its name in any language where only one bears it, or app/role."""
    texts = call.installation.renderer.texts
    found: dict[str, set[int]] = {}
    for app in call.installation.apps(call.conn, call.epoch).values():
        for role in app.definition.roles:
            uid = app.roles[role.key]
            found.setdefault(f"{app.key}/{role.key}", set()).add(uid)
            for locale in LOCALES:
                label = texts[locale].label(role.label)
                full = f"{texts[locale].label(app.definition.label)}/{label}"
                for name in (label, full):
                    found.setdefault(name, set()).add(uid)
    return {name: next(iter(uids)) for name, uids in found.items() if len(uids) == 1}


def _preview(call: Call, found: Listed, text: str, issues: Iterable[Issue] = (), *, missing: bool) -> Answer:
    texts = texts_of(call)
    labels = tuple(texts.t(f"ui.people.{_LABELS.get(name, name)}") for name in COLUMNS)
    placed: dict[tuple[int, str], tuple[str, ...]] = {}
    shown = []
    for each in issues:
        number, _, column = each.path.partition(".")
        said = text_of(texts, each.code, dict(each.params))
        if not number.isdecimal():
            shown.append(Shown(said))
            continue
        row = int(number)
        placed[row, column] = (*placed.get((row, column), ()), said)
        label = labels[COLUMNS.index(column)] if column in COLUMNS else ""
        line = str(found.numbers[row])
        shown.append(Shown(texts.t("ui.people.line_says", line=line, column=label, text=said)))
    ignored = texts.t("ui.common.separator").join(found.ignored)
    model = PeopleBulkPage(
        tabs(call, "bulk"),
        text=text,
        columns=labels,
        rows=_rows(found, placed),
        departments=missing,
        issues=tuple(shown),
        note=texts.t("ui.people.ignored_columns", names=ignored) if ignored else "",
    )
    return _page(call, model, 422 if shown else 200)


def _rows(found: Listed, placed: Mapping[tuple[int, str], tuple[str, ...]]) -> tuple[BulkRow, ...]:
    return tuple(
        BulkRow(
            str(number),
            tuple(
                BulkCell(text, placed.get((row, name), ()))
                for name, text in zip(COLUMNS, cells(person), strict=True)
            ),
        )
        for row, (number, person) in enumerate(zip(found.numbers, found.people, strict=True))
    )


def _page(call: Call, model: PeopleBulkPage, status: int = 200) -> Answer:
    return page(call, "pages/people_bulk.html", model, status=status)
