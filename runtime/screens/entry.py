"""Coming in and going out: the first administrator, signing in, the launcher, language and appearance."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote

import orjson

from engines.report.answering import home_of
from engines.store import people
from engines.store.people.passwords import LENGTH_AT_LEAST
from engines.store.people.sessions import LIFETIME
from engines.store.settings import set_setting
from frontend.environment import THEMES
from frontend.pages import DemoGroup, JoinPage, LauncherPage, SetupPage, SignInPage
from frontend.texts import LOCALES
from frontend.views import AppCard
from frontend.views import Issue as ShownIssue
from frontend.views import Person as Card
from runtime.dashboards.links import dashboard_url
from runtime.screens.beginning import add_beginning_routes, pressing_guide
from runtime.screens.demo import add_demo_routes, demo_actions
from runtime.screens.here import safe_next
from runtime.screens.shell import app_cards, page, texts_of
from runtime.screens.told import told
from runtime.screens.typed import bring_back
from runtime.web.answers import COOKIE, FORM_COOKIE
from runtime.web.call import Answer, Call, redirect
from runtime.web.errors import text_of
from runtime.web.here import at_this_machine
from runtime.web.routing import Permission, Routes
from schemas.errors import Busy, Forbidden, Invalid, Issue, NotFound, Unauthenticated

_YEAR = 365 * 24 * 3600
_SETUP = {
    "site": ("site", "ui.setup.site"),
    "name": ("name", "ui.setup.name"),
    "login": ("account", "ui.setup.account"),
    "password": ("password", "ui.setup.password"),
}


def add_entry_routes(routes: Routes) -> None:
    """Register the pages around signing in."""
    public, person = Permission.public, Permission.person
    add_demo_routes(routes)
    add_beginning_routes(routes)
    routes.add("GET", "/", person)(launcher)
    routes.add("GET", "/sign-in", public)(sign_in_page)
    routes.add("POST", "/sign-in", public)(sign_in)
    routes.add("POST", "/sign-in/demo", public)(sign_in_demo)
    routes.add("POST", "/sign-out", person)(sign_out)
    routes.add("GET", "/setup", public)(setup_page)
    routes.add("POST", "/setup", public)(setup)
    routes.add("GET", "/join/{token}", public)(join_page)
    routes.add("POST", "/join/{token}", public)(join)
    routes.add("POST", "/preferences", public)(preferences)


def launcher(call: Call) -> Answer:
    """Take a person to the home of a role they have; without one, show what everybody has at hand."""
    from runtime.dashboards.house import greeting, house_board  # widgets are made of screens

    cards = tuple(app_cards(call))
    if "all" not in call.query and (home := _home(call, cards)):
        return redirect(home)
    model = LauncherPage(
        cards, tuple(demo_actions(call)), pressing_guide(call), house_board(call), greeting(call)
    )
    return page(call, "pages/launcher.html", model)


def _home(call: Call, cards: Iterable[AppCard]) -> str:
    """Return the address of a person's home, blank without one; administrators need a role for it."""
    apps = call.installation.apps(call.conn, call.epoch)
    administers = call.person is not None and call.person.admin
    for each in cards:
        found = home_of(apps[each.key], call.access)
        if found is not None and (found.roles or not administers):
            return dashboard_url(each.key, found.key)
    return ""


def _public_page(call: Call, template: str, model: object, status: int = 200) -> Answer:
    """Render a page for somebody not known yet, with the cookie its form will be held against."""
    fresh = "" if call.csrf else secrets.token_urlsafe(24)
    call.csrf = call.csrf or fresh
    answer = page(call, template, model, status=status)
    if fresh:
        answer.cookies.append(_cookie(call, FORM_COOKIE, fresh, None))
    return answer


def _cookie(call: Call, name: str, value: str, seconds: int | None) -> str:
    age = "" if seconds is None else f"; Max-Age={seconds}"
    secure = "; Secure" if call.installation.settings.url.startswith("https:") else ""
    return f"{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}"


def sign_in_page(call: Call, errors: Iterable[ShownIssue] = (), status: int = 200) -> Answer:
    """Show the sign-in form; in demo mode also the demo people as cards."""
    if people.setup_open(call.conn):
        return redirect("/setup")
    wanted = safe_next(call.query.get("next", call.field("next") if call.method == "POST" else "/"))
    if call.person is not None:
        return redirect(wanted)
    posted = call.method == "POST"
    account, typed = (call.field("account"), call.field("typed")) if posted else ("", "")
    return _sign_in_page(
        call, SignInPage(next=wanted, account=account, errors=tuple(errors), typed=typed), status
    )


def sign_in_again(call: Call, errors: Iterable[ShownIssue], address: str, typed: str) -> Answer:
    """Show the sign-in form to somebody whose session ended while a form at ``address`` was filled."""
    return _sign_in_page(call, SignInPage(next=safe_next(address), errors=tuple(errors), typed=typed), 403)


def _sign_in_page(call: Call, model: SignInPage, status: int) -> Answer:
    demo = tuple(_demo_groups(call)) if call.installation.settings.demo else ()
    return _public_page(call, "pages/sign_in.html", replace(model, demo=demo), status)


def _demo_groups(call: Call) -> Iterable[DemoGroup]:
    texts, tree = texts_of(call), people.load_tree(call.conn)
    cards = tuple(
        Card(str(each.id), each.name, each.login, texts.label(orjson.loads(each.demo or "{}")),
             tree.by_id[each.department_id].name if each.department_id else "")
        for each in people.demo_people(call.conn)
    )  # fmt: skip
    if cards:
        yield DemoGroup("", cards)


def sign_in(call: Call) -> Answer:
    """Check name and password; every refusal takes as long and says the same."""
    installation = call.installation
    call.release()
    try:
        opened = people.sign_in(
            installation.db,
            installation.passwords,
            installation.clock,
            call.field("account"),
            call.field("password"),
            call.address,
        )
    except (Busy, Unauthenticated) as error:
        text = text_of(texts_of(call), error.reason, dict(error.params))
        answer = sign_in_page(call, [ShownIssue(text)], 429 if isinstance(error, Busy) else 422)
        if isinstance(error, Busy):
            answer.headers["Retry-After"] = str(error.params.get("retry_after", 60))
        return answer
    return _entered(call, opened)


def sign_in_demo(call: Call) -> Answer:
    """Enter as one of the demo people; only in demo mode, which answers on this machine only."""
    if not call.installation.settings.demo:
        raise NotFound
    account = call.field("account")
    found = next((each for each in people.demo_people(call.conn) if each.login == account), None)
    if found is None:
        raise NotFound
    return _enter(call, found.id)


def _enter(call: Call, user_id: int) -> Answer:
    call.release()
    with call.installation.db.write() as conn:
        opened = people.open_session(conn, user_id, call.installation.clock.now())
    return _entered(call, opened)


def _entered(call: Call, opened: people.Opened) -> Answer:
    seconds = int(LIFETIME.total_seconds())
    session = _cookie(call, COOKIE, opened.token, seconds)
    wanted = safe_next(call.field("next"))
    if typed := call.field("typed"):
        wanted = bring_back(call, opened, wanted, typed)
    return redirect(wanted, session, _cookie(call, FORM_COOKIE, "", 0))


def sign_out(call: Call) -> Answer:
    """End this session."""
    call.release()
    with call.installation.db.write() as conn:
        people.close_session(conn, call.cookies.get(COOKIE, ""))
    return redirect("/sign-in", _cookie(call, COOKIE, "", 0))


def setup_page(call: Call, issues: Iterable[Issue] = (), status: int = 200) -> Answer:
    """Show the form for the first administrator, on this machine or with the code printed at start."""
    if not people.setup_open(call.conn):
        return redirect("/sign-in")
    if not _may_set_up(call):
        raise Forbidden("setup.closed")
    names = ("site", "name", "account")
    posted = {name: call.field(name) for name in names} if call.method == "POST" else {}
    shown = told(texts_of(call), issues, _SETUP)
    model = SetupPage(url=_setup_url(call), min_length=LENGTH_AT_LEAST, issues=shown, **posted)
    return _public_page(call, "pages/setup.html", model, status)


def _setup_url(call: Call) -> str:
    code = call.query.get("code", "")
    return f"/setup?code={quote(code)}" if code else "/setup"


def _may_set_up(call: Call) -> bool:
    """Tell whether somebody sits at this machine or has the code."""
    code = call.installation.first_admin.code
    return at_this_machine(call) or hmac.compare_digest(call.query.get("code", "").encode(), code.encode())


def setup(call: Call) -> Answer:
    """Make the first administrator; refused once there is one."""
    box, site, password = call.installation, call.field("site").strip(), call.field("password")
    profile = people.Profile(call.field("account"), call.field("name"))
    if not people.setup_open(call.conn) or not _may_set_up(call):
        raise Forbidden("setup.closed")  # before a hash is computed for nothing
    issues = [*people.profile_issues(people.tidied(profile)), *_wrong_password(password, profile.login)]
    if issues:
        return setup_page(call, issues, 422)
    call.release()
    stored = box.passwords.hash(password)
    with box.db.write() as conn:
        code = box.first_admin.code
        user_id = box.first_admin.create(conn, box.ids, box.clock, code, profile, stored)
        if site:
            set_setting(conn, "site", site[:100])
    return _enter(call, user_id)


def _wrong_password(password: str, login: str) -> Iterable[Issue]:
    try:
        people.check_password(password, login)
    except Invalid as error:
        return error.issues
    return ()


def join_page(call: Call, issues: Iterable[Issue] = (), status: int = 200) -> Answer:
    """Show an invited person the form for a password. Raises NotFound for a link that is no longer good."""
    profile = people.get_profile(call.conn, _invited(call))
    shown = told(texts_of(call), issues, _SETUP)
    model = JoinPage(call.path, profile.name, profile.login, LENGTH_AT_LEAST, shown)
    return _public_page(call, "pages/join.html", model, status)


def join(call: Call) -> Answer:
    """Take an invitation: set the password and enter. A link works once, whoever is faster."""
    box, token, password = call.installation, call.params["token"], call.field("password")
    profile = people.get_profile(call.conn, _invited(call))
    issues = _wrong_password(password, profile.login)
    if issues:
        return join_page(call, issues, 422)
    call.release()
    stored = box.passwords.hash(password)
    try:
        with box.db.write() as conn:
            user_id = people.accept(conn, token, stored, box.clock.now())
    except NotFound:
        raise NotFound("join.gone") from None
    return _enter(call, user_id)


def _invited(call: Call) -> int:
    try:
        return people.invited(call.conn, call.params["token"], call.installation.clock.now())
    except NotFound:
        raise NotFound("join.gone") from None


def preferences(call: Call) -> Answer:
    """Remember language and appearance: with the person, or in a cookie before anybody is known."""
    locale, theme = call.field("locale"), call.field("theme")
    chosen = {
        name: value
        for name, value, known in (("locale", locale, LOCALES), ("theme", theme, THEMES))
        if value in known
    }
    wanted = safe_next(call.field("next"))
    if call.person is not None and chosen:
        call.release()
        with call.installation.db.write() as conn:
            people.set_preferences(conn, call.person.id, **chosen)
    return redirect(wanted, *(_cookie(call, f"weft_{name}", value, _YEAR) for name, value in chosen.items()))
