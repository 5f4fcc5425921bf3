"""Rights to computed fields: whoever may read all that a value is made of may read the value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engines.access.scope import NONE, RowScope
from engines.access.system import ORIGIN, system_scope
from engines.form import AppModel, FieldModel, FormModel

if TYPE_CHECKING:
    from engines.access.grants import FormAccess

Granted = Callable[[str], "FormAccess"]


def narrowed(
    app: AppModel, form: FormModel, shown: Mapping[str, RowScope], granted: Granted
) -> dict[str, RowScope]:
    """Return where each field is shown; computed ones only where all their sources are clear.

    ``granted``: path of a form -> what the grants alone say of it. Values over relations are one value for
    everyone, so rows of other forms do not count, only their fields.
    """
    found = dict(shown)
    for each in form.computed:
        if each.key in shown and each.computed is not None and not each.computed.expose:
            found[each.key] = _scope(app, form, each, shown[each.key], granted)
    return {key: scope for key, scope in found.items() if not scope.empty}


def _scope(app: AppModel, form: FormModel, each: FieldModel, scope: RowScope, granted: Granted) -> RowScope:
    for source in sources(app, each, granted):
        if source.clear.empty:
            return NONE
        if source.form == form.path:
            scope = scope & source.clear
    return scope


@dataclass(frozen=True, slots=True)
class Source:
    """A field that a value is made of, and the rows where it is clear; of other forms rows do not count."""

    form: str
    key: str
    clear: RowScope


def sources(app: AppModel, each: FieldModel, granted: Granted) -> Iterator[Source]:
    """Yield what a computed value is made of, as far as that decides who may read it."""
    assert each.computed is not None  # noqa: S101 - the caller looked
    bases = each.computed.bases
    origins = {(path, ORIGIN[key]) for path, key in bases if key in ORIGIN and _unshown(app.forms[path], key)}
    for path, key in sorted(bases | origins):
        source, rights = app.forms[path], granted(path)
        if source.parent is not None:
            continue  # of rows, whose field in the record is a source itself
        if key not in source.fields:
            clear = system_scope(source, rights, key)
        else:
            clear = rights.read[key] if rights.usable(key) else NONE
        yield Source(path, key, clear if _listed(source, key, granted) else NONE)


def _unshown(form: FormModel, key: str) -> bool:
    """Tell whether a last change tells of the creation, as it does where no field shows it by itself."""
    return key not in form.showing


def _listed(form: FormModel, key: str, granted: Granted) -> bool:
    """Tell whether a list of other records may be told: it says whom a field of theirs names."""
    via = None if key not in form.fields else getattr(form.fields[key].options, "via", None)
    beyond = form.scope.fields.beyond(form.path, key)
    return via is None or beyond is None or granted(beyond).usable(via)
