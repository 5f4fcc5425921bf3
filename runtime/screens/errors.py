"""What a write refused, as a person reads it: one error, or texts beside fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engines.form import FormModel
from frontend.texts import Texts
from frontend.views import Issue as Shown
from runtime.web.errors import text_of
from schemas.errors import Conflict, Forbidden, Invalid, Issue, NotFound, WeftError


def refusal(issues: Iterable[Issue]) -> WeftError:
    """Return the error that the issues of one record mean."""
    found = list(issues)
    codes = {each.code for each in found}
    if "record.not_found" in codes:
        return NotFound()
    if "record.forbidden" in codes:
        return Forbidden()
    if "record.stale" in codes:
        return Conflict("record.conflict")
    return Invalid(found)


def by_path(issues: Iterable[Issue], texts: Texts) -> dict[str, tuple[str, ...]]:
    """Return the texts beside each input."""
    found: dict[str, tuple[str, ...]] = {}
    for each in issues:
        found[each.path] = (*found.get(each.path, ()), text_of(texts, each.code, dict(each.params)))
    return found


def summary(form: FormModel, errors: Mapping[str, Iterable[str]], texts: Texts) -> tuple[Shown, ...]:
    """Return the list above the form; each entry leads to its input."""
    return tuple(
        Shown(text, path if _label(form, path, texts) else "", _label(form, path, texts))
        for path, said in errors.items() for text in said
    )  # fmt: skip


def _label(form: FormModel, path: str, texts: Texts) -> str:
    key, _, inner = path.partition(".")
    field = form.fields.get(key)
    if field is None:
        return ""
    label = texts.label(field.options.label)
    number, _, cell = inner.partition(".")
    within = field.rows.fields.get(cell) if field.rows is not None else None
    if within is not None and number.isdecimal():
        return texts.t(
            "screen.row_label", form=label, row=int(number) + 1, field=texts.label(within.options.label)
        )
    return label
