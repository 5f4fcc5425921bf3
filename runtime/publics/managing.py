"""Links to public forms: made, looked at and closed by those who may, inside the app."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from engines.form import AppModel, FieldModel, FormModel
from engines.store import publics
from engines.store.public_choices import set_choices
from engines.store.publics import Link as PublicLink
from frontend.publics import LinkRow, ManagePage, PublicCard, PublicList
from frontend.views import Action, FieldView, Issue, Link
from runtime.publics.asking import depending_of, question_views
from runtime.publics.holding import held_rows, may_see_held
from runtime.publics.listing import Listing, Picked
from runtime.publics.offering import offered
from runtime.publics.opening import Opened, by_uid
from runtime.publics.pictures import picture_of
from runtime.screens.posted import read_posted
from runtime.screens.shell import form_url, go, page, texts_of
from runtime.screens.values import Showing
from runtime.web.call import Answer, Call, json_answer
from runtime.web.routing import Permission, Routes
from schemas.elements import Action as Doing
from schemas.errors import Invalid, NotFound
from schemas.publics import PublicForm

_LIST, _ONE = "/public/{app}", "/public/{app}/{key}"
_CHANNEL_LONGEST = 60


def add_managing_routes(routes: Routes) -> None:
    """Register the pages of those who make links."""
    person = Permission.person
    routes.add("GET", _LIST, person)(show_list)
    routes.add("GET", _ONE, person)(show_one)
    routes.add("POST", _ONE + "/links", person)(make_link)
    routes.add("POST", _ONE + "/links/{id}/open", person)(open_link)
    routes.add("POST", _ONE + "/links/{id}/close", person)(close_link)
    routes.add("POST", _ONE + "/links/{id}/revoke", person)(revoke_link)
    routes.add("GET", _ONE + "/links/{id}/qr.svg", person)(show_code)
    routes.add("POST", _ONE + "/held/{id}/drop", person)(drop_held)
    routes.add("GET", _ONE + "/choices/{field}", person)(find_choices)
    routes.add("POST", _ONE + "/choices", person)(save_choices)


def managed(call: Call, app: AppModel) -> Iterator[tuple[int, PublicForm]]:
    """Yield the public forms of an app to which the person may make links, each with its uid."""
    if call.person is None:
        return
    held = {each.key for each in call.access.roles(app)}
    everything = call.access.unlimited(app) or call.access.may_design(app)
    for uid, each in by_uid(app):
        if (everything or held & {*each.managers}) and each.form not in app.definition.off:
            yield uid, each


def public_url(app: AppModel, said: PublicForm) -> str:
    """Return the address on which links to a public form are made."""
    return f"/public/{app.key}/{said.key}"


def _one(call: Call) -> tuple[int, PublicForm]:
    found = next((each for each in managed(call, call.app) if each[1].key == call.params["key"]), None)
    if found is None:
        raise NotFound
    return found


def show_list(call: Call) -> Answer:
    """Answer the public forms of an app. Raises NotFound where there is none for the person."""
    texts, app = texts_of(call), call.app
    found = list(managed(call, app))
    if not found:
        raise NotFound
    taken = publics.taken_by(call.conn, [uid for uid, _ in found])
    cards = tuple(
        PublicCard(
            texts.label(each.label), public_url(app, each),
            texts.label(app.forms[each.form].definition.label), each.color, _state(call, each),
            texts.t("public_form.count", count=taken.get(uid, 0)),
        )
        for uid, each in found
    )  # fmt: skip
    return page(call, "public/list.html", PublicList(texts.t("public_form.title"), cards))


def _state(call: Call, said: PublicForm) -> str:
    t = texts_of(call).t
    code, _ = _opened(call, said).closed(call.installation.clock.now())
    return t(f"public_form.is_{code}") if code else t("public_form.is_open")


def show_one(
    call: Call, issues: tuple[Issue, ...] = (), status: int = 200, picked: Picked | None = None
) -> Answer:
    """Answer the links to one public form, what it lists, and what waits."""
    uid, said = _one(call)
    texts, form = texts_of(call), call.app.forms[said.form]
    number = call.installation.renderer.formats[texts.locale].number()
    designs = call.access.may_design(call.app)
    sees = call.access.form(call.app, form).may(Doing.view)
    model = ManagePage(
        texts.label(said.label), public_url(call.app, said), _state(call, said),
        number(publics.taken(call.conn, uid)), number(said.limit) if said.limit else "",
        form_url(form) if sees else "", _channel_input(call, said, form), tuple(_prefill(call, uid, said)),
        tuple(_rows(call, uid, said)), tuple(held_rows(call, uid, form)), issues, said.origins,
        f"/design/{call.app.key}/element?at=publics/{said.key}" if designs else "",
        tuple(Listing(call, uid, said).inputs(public_url(call.app, said), picked)),
    )  # fmt: skip
    crumbs = [Link(texts.t("public_form.title"), f"/public/{call.app.key}")]
    return page(call, "public/manage.html", model, crumbs, status=status)


def _channel_input(call: Call, said: PublicForm, form: FormModel) -> FieldView | None:
    if said.channel is None:
        return None
    view = Showing(call, form, {}).view(form.fields[said.channel])
    kept = {key: value for key, value in view.options.items() if key == "options"}
    return FieldView("channel", view.type, texts_of(call).t("public_form.channel"), options=kept)


def _prefill(call: Call, uid: int, said: PublicForm) -> Iterator[FieldView]:
    """Yield the questions that a link may answer ahead."""
    found = _offering(call, uid, said)
    ahead = {each.key for each in _ahead(found)}
    for each in question_views(depending_of(call, found, {}), found, {}, {}):
        if each.key in ahead:
            yield FieldView(each.key, each.type, each.label, options=each.options)


def _ahead(found: Opened) -> list[FieldModel]:
    offers = {key for key, each in found.choices.items() if each}
    return [
        each for each in found.fields if each.key in offers or (each.target is None and each.rows is None)
    ]


def _offering(call: Call, uid: int, said: PublicForm) -> Opened:
    found = _opened(call, said)
    found.choices = offered(call.installation, call.conn, (call.app, found.form), uid, found.questions)
    return found


def _opened(call: Call, said: PublicForm) -> Opened:
    blank = PublicLink(0, call.app.key, 0, "", "", {}, True, 0, call.installation.clock.now())
    return Opened(call.app, said, blank)


def _rows(call: Call, uid: int, said: PublicForm) -> Iterator[LinkRow]:
    texts, zone = texts_of(call), call.app.definition.time_zone
    formats = call.installation.renderer.formats[texts.locale]
    moment, number = formats.moment(zone, call.installation.clock.now()), formats.number()
    names = _channel_names(call, said)
    for each, brought in publics.links_of(call.conn, uid):
        url = link_url(call, each)
        base = f"{public_url(call.app, said)}/links/{each.id}"
        toggle = "close" if each.open else "open"
        actions = (
            Action(texts.t(f"public_form.{toggle}_link"), f"{base}/{toggle}", "post"),
            Action(texts.t("public_form.revoke"), f"{base}/revoke", "post", style="danger",
                   confirm=texts.t("public_form.revoke_confirm")),
        )  # fmt: skip
        channel = names.get(each.channel, each.channel) or texts.t("public_form.no_channel")
        title = escape(texts.label(said.label))
        frame = (
            f'<iframe src="{url}/embed" title="{title}" width="100%" height="720" style="border:0"></iframe>'
        )
        embed = frame if said.origins else ""
        yield LinkRow(
            str(each.id), channel, url, picture_of(url), f"{base}/qr.svg", number(brought),
            number(each.blocked) if each.blocked else "", moment(each.created_at), each.open, actions, embed,
        )  # fmt: skip


def link_url(call: Call, link: PublicLink) -> str:
    """Return the whole address of a link, as it stands on paper."""
    return f"{call.installation.settings.address}/f/{link.token}"


def _channel_names(call: Call, said: PublicForm) -> dict[str, str]:
    field = call.app.forms[said.form].fields.get(said.channel or "")
    options: Any = getattr(field.options, "options", ()) if field is not None else ()
    return {each.key: texts_of(call).label(each.label) for each in options}


def make_link(call: Call) -> Answer:
    """Make a link with a channel and, if they like, answers given ahead."""
    uid, said = _one(call)
    channel, t = call.field("channel").strip(), texts_of(call).t
    names = _channel_names(call, said)
    if len(channel) > _CHANNEL_LONGEST or (names and channel and channel not in names):
        text = t("field.too_long", max_length=_CHANNEL_LONGEST)
        return show_one(call, (Issue(text, "channel", t("public_form.channel")),), 422)
    found = _offering(call, uid, said)
    values = {key: value for key, value in read_posted(call, _ahead(found)).items() if value}
    app = call.app.key
    _values, wrong = found.form.coercer.one(values)
    if wrong := [*wrong, *found.choose(values)]:
        raise Invalid(wrong)
    new = publics.NewLink(app, uid, channel, values, call.actor or 0)
    call.release()
    box = call.installation
    with box.db.write() as conn:
        publics.add_link(conn, box.ids, box.clock, new)
    return _back(call, said, t("public_form.made"))


def _back(call: Call, said: PublicForm, text: str) -> Answer:
    return go(call, public_url(call.app, said), text)


def open_link(call: Call) -> Answer:
    """Let a link take responses again."""
    return _switch(call, wanted=True)


def close_link(call: Call) -> Answer:
    """Let a link take nothing for now."""
    return _switch(call, wanted=False)


def _switch(call: Call, *, wanted: bool) -> Answer:
    (uid, said), number = _one(call), call.record_id
    call.release()
    with call.installation.db.write() as conn:
        publics.set_open(conn, uid, number, wanted=wanted)
    return _back(call, said, texts_of(call).t("public_form.opened" if wanted else "public_form.shut"))


def revoke_link(call: Call) -> Answer:
    """Make a link worthless for ever."""
    (uid, said), number = _one(call), call.record_id
    call.release()
    with call.installation.db.write() as conn:
        publics.revoke(conn, uid, number)
    return _back(call, said, texts_of(call).t("public_form.revoked"))


def drop_held(call: Call) -> Answer:
    """Remove something that waited."""
    (uid, said), number = _one(call), call.record_id
    if not may_see_held(call, call.app.forms[said.form]):
        raise NotFound
    call.release()
    with call.installation.db.write() as conn:
        publics.drop(conn, uid, [number])
    return _back(call, said, texts_of(call).t("public_form.dropped"))


def find_choices(call: Call) -> Answer:
    """Answer records that a question may list."""
    found = Listing(call, *_one(call)).found(call.params["field"], call.query.get("search", ""))
    return json_answer({"data": found})


def save_choices(call: Call) -> Answer:
    """List what was picked, question by question."""
    uid, said = _one(call)
    listing = Listing(call, uid, said)
    picked = listing.posted()
    wrong = listing.wrong(picked)
    if wrong:
        return show_one(call, wrong, 422, picked)
    made = [(each, call.app.form(str(each.target)).uid, some) for each, some in listing.made(picked)]
    call.release()
    with call.installation.db.write() as conn:
        for field, form_uid, some in made:
            set_choices(conn, uid, field.uid, form_uid, some)
    return _back(call, said, texts_of(call).t("public_form.choices_kept"))


def show_code(call: Call) -> Answer:
    """Answer the code of a link as a picture to print."""
    uid, said = _one(call)
    found = publics.link_by(call.conn, uid, call.record_id)
    body = picture_of(link_url(call, found)).encode()
    answer = Answer(200, body, "image/svg+xml")
    answer.headers["Content-Disposition"] = f'attachment; filename="{said.key}-{found.id}.svg"'
    return answer
