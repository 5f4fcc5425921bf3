"""Everything around a page: apps, menu, crumbs, messages; and the answer a page becomes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from engines.form import AppModel, FormModel
from engines.report.answering import dashboards, home_of
from engines.store.settings import get_setting
from frontend.texts import Texts
from frontend.views import AppCard, Link, NavGroup, Person, Pressing, Shell
from runtime.bookmarks import here
from runtime.dashboards.links import dashboard_url
from runtime.screens.flash import COOKIE, flash_cookie, flashes, forget_cookie
from runtime.screens.stars import star_here
from runtime.web.answers import locale_of
from runtime.web.call import Answer, Call, redirect
from schemas.behaviour import Dashboard
from schemas.elements import Action, HelpPage, MenuItem
from schemas.errors import NotFound

HOME = "/?all=1"  # the start itself takes whoever has one app only into it
COLORS = ("blue", "indigo", "teal", "purple", "orange", "green", "pink", "cyan")


def texts_of(call: Call) -> Texts:
    """Return the texts in the reader's language."""
    return call.installation.renderer.texts[locale_of(call)]


def form_url(form: FormModel) -> str:
    """Return the address of a form's list."""
    return f"/a/{form.app}/{form.key}"


def back_of(call: Call) -> str:
    """Return where the person came from: a path of this app and nothing else."""
    path = call.query.get("_back", "")
    parts = urlsplit(path)
    inside = path.startswith(f"/a/{call.app.key}/") and not parts.netloc and "\\" not in path
    return path if inside else ""


def page(
    call: Call, template: str, model: Any, crumbs: Iterable[Link] = (), *, status: int = 200, **shell: Any
) -> Answer:
    """Render a page; a partial request of htmx gets the page without its frame."""
    installation = call.installation
    theme = (call.person.theme if call.person else "") or call.cookies.get("weft_theme", "auto")
    html = installation.renderer.render(
        template, locale_of(call), theme, call.nonce, page=model,
        shell=shell_of(call, tuple(crumbs), **shell),
        layout="fragment.html" if _partial(call) else "shell.html",
    )  # fmt: skip
    if status == 200 and call.person is not None and (target := here(call)).startswith("record:"):
        installation.visits.note(call.person.id, target, installation.clock.now())
    answer = Answer(status, html.encode(), "text/html; charset=utf-8")
    answer.headers["Vary"] = "HX-Request-Type"
    if COOKIE in call.cookies:
        answer.cookies.append(forget_cookie())
    return answer


def _partial(call: Call) -> bool:
    return call.headers.get("hx-request-type") == "partial"


def go(call: Call, url: str, text: str = "", kind: str = "success", **more: Any) -> Answer:
    """Send the browser on after a post, with a message."""
    return redirect(url, flash_cookie(call, text, kind, **more)) if text else redirect(url)


def shell_of(call: Call, crumbs: tuple[Link, ...] = (), **more: Any) -> Shell:
    """Build the frame of a page."""
    app = call.app if "app" in call.params else None
    texts, path = texts_of(call), call.path
    cards = tuple(app_cards(call, app))
    star, starred = (None, None) if _partial(call) else star_here(call)
    nav = more.pop("nav", None)
    if nav is None:
        nav = tuple(navigation(call, app)) if app else _house(call, texts)
        nav = (*nav, starred) if starred else nav
    return Shell(
        site=get_setting(call.conn, "site") or texts.t("ui.common.product"),
        csrf=call.csrf,
        path=path,
        user=Person(str(call.person.id), call.person.name) if call.person else None,
        app=next((each for each in cards if each.active), None),
        apps=cards,
        nav=nav,
        star=star,
        menu=tuple(_own_menu(call, texts)),
        crumbs=crumbs,
        flashes=flashes(call),
        folded=call.cookies.get("weft_nav") == "folded",
        home_url=HOME,
        **{**_work(call), **more},
    )


def _work(call: Call) -> dict[str, Any]:
    """Return how much waits for the person, and what must be acknowledged."""
    from runtime.screens import work  # it builds pages itself

    much, unread = work.counts(call)
    found = work.pressing(call) if unread and call.path != work.NOTICES else None
    shown = None
    if found is not None:
        row, others = found
        more = Link(texts_of(call).t("work.more_must", count=others), work.NOTICES) if others else None
        shown = Pressing(row.title, row.body, row.url, row.actions[0], more)
    return {"todos": much.open, "unread": unread, "pressing": shown}


def _house(call: Call, texts: Texts) -> tuple[NavGroup, ...]:
    """Return the menu of pages that belong to no app."""
    if call.person is None:
        return ()
    links = [Link(texts.t("ui.shell.home"), HOME, "home", call.path == "/")]
    if call.person.admin:
        links.append(Link(texts.t("ui.shell.people"), "/people", "users", call.path.startswith("/people")))
    account = texts.t("ui.shell.profile")
    links.append(Link(account, "/profile", "user-circle", call.path.startswith("/profile")))
    return (NavGroup("", tuple(links)),)


def _own_menu(call: Call, texts: Texts) -> Iterator[Link]:
    yield Link(texts.t("ui.shell.profile"), "/profile", "user-circle")
    if call.person and call.person.admin:
        yield Link(texts.t("ui.shell.people"), "/people", "users")
    apps = call.installation.apps(call.conn, call.epoch).values()
    if call.person and (call.person.admin or any(map(call.access.may_design, apps))):
        yield Link(texts.t("ui.shell.design"), "/design", "ruler-2")


def app_cards(call: Call, current: AppModel | None = None) -> Iterator[AppCard]:
    """Return the apps in which the person may see anything."""
    texts = texts_of(call)
    for number, app in enumerate(call.installation.apps(call.conn, call.epoch).values()):
        if next(_visible(call, app), None) is not None:
            yield AppCard(
                app.key, texts.label(app.definition.label), f"/a/{app.key}", app.definition.icon or "apps",
                COLORS[number % len(COLORS)], texts.label(app.definition.description),
                active=current is not None and current.key == app.key,
            )  # fmt: skip


def navigation(call: Call, app: AppModel) -> Iterator[NavGroup]:
    """Return the app's menu; what holds nothing the person may see is left out."""
    visible = _Visible(
        {form.key: form for form in _visible(call, app)},
        {each.key: each for each in dashboards(app, call.access)},
    )
    home = home_of(app, call.access)
    if home is not None:
        first = _link(call, app, visible, MenuItem(dashboard=home.key))
        yield NavGroup("", tuple(replace(each, icon="home") for each in first))
        del visible.dashboards[home.key]
    loose: list[Link] = []
    for item in app.definition.menu or _everything(app):
        if _leads(item):
            loose += _link(call, app, visible, item)
            continue
        if loose:
            yield NavGroup("", tuple(loose))
            loose = []
        links = tuple(link for each in _flat(item) for link in _link(call, app, visible, each))
        if links:
            yield NavGroup(texts_of(call).label(item.label), links)
    if loose:
        yield NavGroup("", tuple(loose))
    yield from _public_forms(call, app)
    if help_of(call, app):
        link = Link(texts_of(call).t("ui.shell.help"), help_url(app), "help", call.path == help_url(app))
        yield NavGroup("", (link,))


def _public_forms(call: Call, app: AppModel) -> Iterator[NavGroup]:
    from runtime.publics.managing import managed  # its pages are built here

    if next(managed(call, app), None) is not None:
        url = f"/public/{app.key}"
        link = Link(texts_of(call).t("public_form.title"), url, "world", call.path.startswith(url))
        yield NavGroup("", (link,))


def help_url(app: AppModel) -> str:
    """Return the address of an app's help."""
    return f"/help/{app.key}"


def help_of(call: Call, app: AppModel) -> list[HelpPage]:
    """Return the pages of help for the person's roles, none for who sees nothing of the app."""
    if not app.definition.help or next(_visible(call, app), None) is None:
        return []
    held = {each.key for each in call.access.roles(app)}
    everything = call.access.unlimited(app)
    return [each for each in app.definition.help if everything or not each.roles or held & {*each.roles}]


@dataclass(frozen=True, slots=True)
class _Visible:
    """What of an app a person may open, by key."""

    forms: dict[str, FormModel]
    dashboards: dict[str, Dashboard]


def _everything(app: AppModel) -> Iterator[MenuItem]:
    """Yield the menu of an app that names none."""
    yield from (MenuItem(dashboard=each.key) for each in app.definition.dashboards)
    yield from (MenuItem(form=each.key) for each in app.definition.forms)


def _leads(item: MenuItem) -> bool:
    return item.form is not None or item.dashboard is not None


def start(call: Call) -> Answer:
    """Open an app where its menu begins."""
    for group in navigation(call, call.app):
        return redirect(group.links[0].url)
    raise NotFound


def _flat(item: MenuItem) -> Iterator[MenuItem]:
    for each in item.items:
        if _leads(each):
            yield each
        else:
            yield from _flat(each)


def _visible(call: Call, app: AppModel) -> Iterator[FormModel]:
    for form in app.forms.values():
        rights = call.access.form(app, form) if form.parent is None else None
        if rights is not None and (rights.may(Action.view) or rights.may(Action.create)):
            yield form


def _link(call: Call, app: AppModel, visible: _Visible, item: MenuItem) -> list[Link]:
    board, form = visible.dashboards.get(str(item.dashboard)), visible.forms.get(str(item.form))
    if board is not None:
        text, url = texts_of(call).label(item.label or board.label), dashboard_url(app.key, board.key)
        active = call.path.startswith(url) and call.params.get("key") == board.key
        return [Link(text, url, board.icon or "dashboard", active=active)]
    if form is None:
        return []
    text = texts_of(call).label(item.label or form.definition.label)
    url = form_url(form) if call.access.form(app, form).may(Action.view) else f"{form_url(form)}/new"
    return [Link(text, url, form.definition.icon or "table", active=call.params.get("form") == form.key)]
