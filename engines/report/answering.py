"""From a dashboard of a definition to what one viewer sees of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from engines.access import Access
from engines.form import AppModel
from engines.report.answer import FORBIDDEN, Answer
from engines.report.asking import Asker
from engines.report.options import QueryOptions
from engines.report.widget import Widget
from schemas.behaviour import Dashboard, WidgetOptions
from schemas.elements import Action, App
from schemas.errors import Invalid, NotFound
from schemas.kinds import Registry

Kinds = Registry[Widget[Any]]


def dashboards(app: AppModel, access: Access) -> Iterator[Dashboard]:
    """Yield the dashboards a person may open."""
    off = app.definition.off
    for each in boards_of(app.definition):
        shown = _without(each, off) if off else each
        if shown is not None and _open(app, access, shown):
            yield shown


def _without(found: Dashboard, forms: frozenset[str]) -> Dashboard | None:
    """Return a dashboard without the widgets over some forms; None where it has no others."""
    kept = tuple(each for each in found.widgets if getattr(each, "form", None) not in forms)
    return found.model_copy(update={"widgets": kept}) if kept or not found.widgets else None


def boards_of(definition: App) -> list[Dashboard]:
    """Return the dashboards of a definition; without kinds to fill them they are none."""
    said: Iterable[object] = definition.dashboards
    return [each for each in said if isinstance(each, Dashboard)]


def dashboard(app: AppModel, access: Access, key: str) -> Dashboard:
    """Return one dashboard. Raises NotFound where the person may not open it, as if it did not exist."""
    found = next((each for each in dashboards(app, access) if each.key == key), None)
    if found is None:
        raise NotFound
    return found


def _open(app: AppModel, access: Access, found: Dashboard) -> bool:
    if access.unlimited(app):
        return True
    if found.roles:
        return any(each.key in found.roles for each in access.roles(app))
    named = {getattr(each, "form", None) for each in found.widgets}
    forms = {str(each) for each in named if each}
    if not forms:
        forms = {each.key for each in app.definition.forms} - app.definition.off
    return any(access.form(app, app.form(each)).may(Action.view) for each in forms)


def home_of(app: AppModel, access: Access) -> Dashboard | None:
    """Return where a person begins in an app: the first home of a role they hold, else one for everybody."""
    held = {each.key for each in access.roles(app)}
    homes = [each for each in dashboards(app, access) if each.home]
    mine = (each for each in homes if held & {*each.roles})
    return next(mine, None) or next((each for each in homes if not each.roles), None)


def part(found: Dashboard, key: str) -> WidgetOptions:
    """Return one widget of a dashboard, with a figure or without. Raises NotFound."""
    options = next((each for each in found.widgets if each.key == key), None)
    if options is None:
        raise NotFound
    return options


def widget(found: Dashboard, key: str) -> QueryOptions:
    """Return one widget of a dashboard that shows a figure. Raises NotFound."""
    options = part(found, key)
    if not isinstance(options, QueryOptions):
        raise NotFound
    return options


def answer(kinds: Kinds, options: QueryOptions, asker: Asker) -> Answer:
    """Return what a widget shows to the asker; what may not be used is not answered in part.

    The definition was checked when it was published: a question that cannot be asked is one that this
    viewer may not ask.
    """
    try:
        return kinds[options.type].ask(options, asker)
    except (Invalid, NotFound):
        return FORBIDDEN
