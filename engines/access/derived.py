"""Rights to computed fields: whoever may read all that a value is made of may read the value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from engines.access.scope import NONE, RowScope
from engines.form import AppModel, FieldModel, FormModel

if TYPE_CHECKING:
    from engines.access.grants import FormAccess

Granted = Callable[[str], "FormAccess"]


def narrowed(
    app: AppModel, form: FormModel, read: Mapping[str, RowScope], granted: Granted
) -> dict[str, RowScope]:
    """Return where each field may be read; computed ones only where all their sources are clear.

    ``granted``: path of a form -> what the grants alone say of it. Values over relations are one value for
    everyone, so rows of other forms do not count, only their fields.
    """
    found = dict(read)
    for each in form.computed:
        if each.key in read and each.computed is not None and not each.computed.expose:
            found[each.key] = _scope(app, form, each, read[each.key], granted)
    return {key: scope for key, scope in found.items() if not scope.empty}


def _scope(app: AppModel, form: FormModel, each: FieldModel, scope: RowScope, granted: Granted) -> RowScope:
    assert each.computed is not None  # noqa: S101 - the caller looked
    for path, key in sorted(each.computed.bases):
        source = app.forms[path]
        if key not in source.fields or source.parent is not None:
            continue  # a system value; or of rows, whose field in the record is a source itself
        rights = granted(path)
        if not rights.usable(key):
            return NONE
        if path == form.path:
            scope = scope & rights.read[key]
    return scope
