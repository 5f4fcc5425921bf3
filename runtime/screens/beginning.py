"""The guide of an administrator on an installation that is new: five steps, any order, skipped or resumed."""

from __future__ import annotations

from collections.abc import Iterator

from engines.store.settings import get_setting, set_setting
from frontend.beginning import Guide, GuideStep
from frontend.texts import Texts
from frontend.views import Action, Link
from runtime.beginning import Facts, facts, skip, skipped
from runtime.screens.shell import go, page, texts_of
from runtime.web.call import Answer, Call
from runtime.web.routing import Permission, Routes

URL = "/begin"
_LONGEST = 100


def add_beginning_routes(routes: Routes) -> None:
    """Register the guide."""
    routes.add("GET", URL, Permission.admin)(show_guide)
    routes.add("POST", URL, Permission.admin)(change)


def show_guide(call: Call) -> Answer:
    """Answer the guide."""
    return page(call, "pages/begin.html", guide_of(call))


def change(call: Call) -> Answer:
    """Name the organisation, put the guide away, or take it up again."""
    site, wish = call.field("site").strip()[:_LONGEST], call.field("do")
    call.release()
    with call.installation.db.write() as conn:
        if wish in {"skip", "resume"}:
            skip(conn, wanted=wish == "skip")
        elif site:
            set_setting(conn, "site", site)
    texts = texts_of(call)
    if wish == "skip":
        return go(call, "/?all=1", texts.t("begin.skipped"))
    return go(call, URL, texts.t("begin.named") if site else "")


def guide_of(call: Call) -> Guide:
    """Return the steps with what is done."""
    found, texts = facts(call), texts_of(call)
    away = skipped(call.conn)
    do, icon = ("resume", "player-play") if away else ("skip", "eye-off")
    act = Action(texts.t(f"begin.{do}"), URL, "post", icon, fields=(("do", do),))
    return Guide(
        tuple(_steps(call, texts, found)), sum(found.done), URL, get_setting(call.conn, "site") or "", act
    )


def pressing_guide(call: Call) -> Guide | None:
    """Return the guide where somebody who administers has nothing to work with yet, and did not skip it."""
    if call.person is None or not call.person.admin or skipped(call.conn):
        return None
    found = facts(call)
    return None if found.app and found.record else guide_of(call)


def _steps(call: Call, texts: Texts, found: Facts) -> Iterator[GuideStep]:
    first = next(iter(call.installation.apps(call.conn, call.epoch)), "")
    work = f"/a/{first}" if first else "/design"
    links = {
        "company": (),
        "people": ((texts.t("begin.people.add"), "/people"), (texts.t("begin.people.bulk"), "/people/bulk")),
        "app": (
            (texts.t("begin.app.template"), "/design/gallery"), (texts.t("begin.app.sheet"), "/design#sheet"),
            (texts.t("begin.app.blank"), "/design#start"),
        ),
        "record": ((texts.t("begin.record.open"), work),),
        "invite": ((texts.t("begin.invite.open"), "/people/invitations"),),
    }  # fmt: skip
    open_yet = True
    for (name, ways), done in zip(links.items(), found.done, strict=True):
        current = open_yet and not done
        open_yet = open_yet and done
        yield GuideStep(
            name, texts.t(f"begin.{name}.title"), texts.t(f"begin.{name}.text"), done, current,
            tuple(Link(*each) for each in ways),
        )  # fmt: skip
