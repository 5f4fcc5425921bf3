"""The designer's home and the overview of an app."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from builder.designer.desk import Desk
from builder.designer.form_page import problems_of_app
from builder.designer.overview.counting import counts
from builder.designer.overview.hints import hints
from builder.designer.overview.used import Used
from builder.designer.remarks.showing import remarks_inside
from builder.designer.shelf import acts_of, away_cards
from builder.drafting.web import drafts_of
from engines.form import AppModel
from engines.store.platform import version
from frontend.beginning import DesignCard, DesignHome
from frontend.design import FormCard, Overview
from frontend.views import Action, Link
from runtime.screens.shell import COLORS, page, texts_of
from runtime.web.call import Answer, Call
from schemas.errors import Forbidden

_VERSIONS = 10


def show_home(call: Call) -> Answer:
    """Answer the apps that the person may design."""
    apps = [
        each
        for each in call.installation.apps(call.conn, call.epoch).values()
        if call.access.may_design(each)
    ]
    admin = call.person is not None and call.person.admin
    if not apps and not admin:
        raise Forbidden
    away = tuple(away_cards(call)) if admin else ()
    model = DesignHome(tuple(_cards(call, apps)), may_start=admin, away=away)
    return page(call, "builder/home.html", model)


def _cards(call: Call, apps: list[AppModel]) -> Iterator[DesignCard]:
    texts = texts_of(call)
    for number, app in enumerate(apps):
        draft = drafts_of(call).read(call.conn, app)
        label = texts.label(draft.document.get("label"))
        note = texts.t("design.app_note", count=len(draft.document.get("forms", ())), version=app.version)
        yield DesignCard(
            label, f"/design/{app.key}", app.definition.icon or "apps", COLORS[number % len(COLORS)], note,
            changed=draft.known > 0, acts=tuple(acts_of(call, app.key, label)),
        )  # fmt: skip


def show_app(call: Call) -> Answer:
    """Answer the overview of one app."""
    desk = Desk(call)
    texts, document = desk.texts, desk.draft.document
    bar = desk.bar()
    discard = Action(
        texts.t("design.discard"),
        f"{desk.base}/discard",
        "post",
        "trash",
        "danger",
        texts.t("design.discard_sure"),
    )
    model = Overview(
        title=texts.label(document.get("label")),
        bar=bar,
        forms=tuple(_forms(desk)),
        problems=problems_of_app(desk),
        add_url=bar.act_url,
        versions=tuple(_versions(desk)),
        discard=discard if bar.changed else None,
        export_url=f"{desk.base}/export",
        settings_url=f"{desk.base}/settings",
        counts=tuple(counts(desk)),
        hints=tuple(hints(Used(desk))),
        diagram_url=f"{desk.base}/diagram",
    )
    return page(
        call, "builder/overview.html", model, [Link(texts.t("design.title"), "/design")], nav=desk.nav()
    )


def _forms(desk: Desk) -> Iterator[FormCard]:
    published = desk.call.app.forms
    for each in desk.draft.document.get("forms", ()):
        key, fields = str(each.get("key")), each.get("fields", ())
        note = desk.texts.t("design.form_note", count=len(fields))
        open_url = f"/a/{desk.call.app.key}/{key}" if key in published else ""
        yield FormCard(
            desk.texts.label(each.get("label")), f"{desk.base}/forms/{key}", str(each.get("icon") or "table"),
            note, open_url, remarks_inside(desk, f"forms/{key}"),
        )  # fmt: skip


def _versions(desk: Desk) -> Iterator[tuple[str, str, str]]:
    """Yield number, when and who of the latest versions."""
    call = desk.call
    rows = call.conn.execute(
        sa.select(version.c.number, version.c.published_at, version.c.published_by)
        .where(version.c.app == call.app.key)
        .order_by(version.c.number.desc())
        .limit(_VERSIONS)
    ).all()
    formats = call.installation.renderer.formats[desk.texts.locale]
    moment = formats.moment(call.app.definition.time_zone, call.installation.clock.now())
    for number, at, by in rows:
        person = None if by is None else call.installation.person(call.conn, by, call.epoch)
        yield (
            str(number),
            moment(at).text if at else "",
            person.name if person else desk.texts.t("design.system"),
        )
