"""Records that may be the one being filled in: said while it is typed, asked when it is saved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engines.form import FormModel
from engines.form.matching import matching
from engines.query import Cause, Change, Op
from engines.store.writing import check
from frontend.duplicates import Alike, AlikeParts
from frontend.texts import Texts
from frontend.views import Link
from runtime.screens.drafts import draft_id
from runtime.screens.posted import read_posted, writable
from runtime.screens.shell import form_url, page, texts_of
from runtime.web.call import Answer, Call
from runtime.web.errors import is_warning, text_of
from schemas.errors import Issue
from schemas.words import Translated

_CODE = "duplicate."


def asked_fields(call: Call, form: FormModel) -> str:
    """Return the fields after which a page asks, blank where nothing is compared."""
    rules = matching(call.app, form).rules
    told = (each.rule for each in rules if each.rule.policy != "allow")
    return " ".join(dict.fromkeys(key for each in told for key in each.fields))


def show_alike(call: Call) -> Answer:
    """Answer what the form as it is typed now may be a second time of; a save would say no more."""
    form, number = call.form, draft_id(call)
    found: tuple[Alike, ...] = ()
    fields = writable(call, form, number or None)
    if asked_fields(call, form):
        posted = read_posted(call, [each for each in fields if each.target != "file"])
        posted = {key: value for key, value in posted.items() if value not in ("", None)}
        store, person = call.installation.store, call.person
        uow = store.uow(call.conn, call.app, call.access, Cause(call.door, person.id if person else None))
        uow.wary = True
        change = Change(Op.update if number else Op.create, posted, number or None)
        (result,) = check(store, uow, form, [change])
        found = tuple(alike_of(form, result.issues, texts_of(call)))
    return page(call, "ui/alike.html", AlikeParts(found))


def alike_of(form: FormModel, issues: Iterable[Issue], texts: Texts) -> Iterator[Alike]:
    """Yield what issues say of records that are there already."""
    for each in issues:
        if each.code.startswith(_CODE):
            links = tuple(
                Link(one["title"] or f"#{one['id']}", f"{form_url(form)}/{one['id']}")
                for one in each.params.get("records", ())  # type: ignore[attr-defined]  # as it is made
            )
            text = (
                texts.t(each.code.replace(_CODE, "alike."))
                if links
                else text_of(texts, each.code, dict(each.params))
            )
            yield Alike(
                each.path, text, _why(form, each, texts), links, each.code.startswith("duplicate.refused")
            )


def _why(form: FormModel, issue: Issue, texts: Texts) -> str:
    """Return what is the same: as the designer says, else the fields."""
    said = issue.params.get("rule")
    if isinstance(said, str | Translated) and said:
        return texts.label(said)
    keys = issue.params.get("fields", ())
    labels = (texts.label(form.fields[key].options.label) for key in keys if key in form.fields)  # type: ignore[attr-defined]
    return texts.t("alike.same", fields=texts.t("ui.common.separator").join(labels))


def only_warnings(issues: Iterable[Issue]) -> bool:
    """Tell whether nothing but likely duplicates is in the way."""
    found = list(issues)
    return bool(found) and all(map(is_warning, found))
