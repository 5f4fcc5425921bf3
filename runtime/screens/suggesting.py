"""A proposal from whoever fills a form to those who design it."""

from __future__ import annotations

from engines.form import FormModel
from engines.store.remarks import New, add_remark
from frontend.remarks import SuggestPage
from frontend.views import Item, Link
from runtime.remarks import tell_of
from runtime.screens.shell import form_url, go, page, texts_of
from runtime.web.call import Answer, Call
from runtime.web.errors import text_of
from schemas.errors import Invalid, LimitReached


def ask(call: Call) -> Answer:
    """Answer the page on which a change of the form is proposed."""
    return _page(call, "")


def send(call: Call) -> Answer:
    """Keep the proposal and tell those who design the app. Raises NotFound for a field that is not there."""
    form, texts, box, app = call.form, texts_of(call), call.installation, call.app
    key = call.field("field")
    label = texts.label(form.definition.label)
    about = {each.key: each.text for each in _fields(call, form)}
    if key in about:
        label = f"{label} · {about[key]}"
    place = f"forms/{form.key}/fields/{key}" if key in about else f"forms/{form.key}"
    new = New(app.key, place, label, call.field("body"), call.person.id if call.person else 0)
    call.release()
    try:
        with box.db.write() as conn:
            number = add_remark(conn, box.ids, box.clock, new)
            told = tell_of(conn, box, app, new, number, proposed=True)
    except Invalid as error:
        issue = error.issues[0]
        return _page(call, text_of(texts, issue.code, dict(issue.params)), 422)
    except LimitReached as error:
        return _page(call, text_of(texts, error.reason, dict(error.params)), 422)
    box.hub.tell_people(told)
    return go(call, form_url(form), texts.t("remark.thanks"))


def _page(call: Call, error: str, status: int = 200) -> Answer:
    form, texts = call.form, texts_of(call)
    name, url = texts.label(form.definition.label), form_url(form)
    body = call.field("body") if call.method == "POST" else ""
    model = SuggestPage(
        texts.t("remark.suggest_title", name=name), f"{url}/suggest", url, tuple(_fields(call, form)), body,
        error,
    )  # fmt: skip
    return page(call, "runtime/suggest.html", model, [Link(name, url)], status=status)


def _fields(call: Call, form: FormModel) -> list[Item]:
    """Return the fields that the person knows of."""
    rights, label = call.access.form(call.app, form), texts_of(call).label
    return [
        Item(key, label(each.options.label))
        for key, each in form.fields.items()
        if (rights.readable(key) or rights.editable(key)) and not each.options.hidden
    ]
