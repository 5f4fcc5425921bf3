"""Buttons of a record that rules put there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engines.form import FormModel
from engines.query import Cause
from engines.rule.pressing import buttons, offered, press
from engines.rule.triggers.button import ButtonOptions
from frontend.views import Action
from runtime.screens.errors import refusal
from runtime.screens.reading import read_one
from runtime.screens.shell import form_url, go, texts_of
from runtime.web.call import Answer, Call, form_in
from runtime.web.errors import text_of
from schemas.errors import Invalid


def buttons_of(call: Call, form: FormModel, record: Mapping[str, Any]) -> Iterator[Action]:
    """Yield the buttons that the person may press on this record now."""
    box = call.installation
    engine = box.rules.engine
    if next(buttons(engine, call.app, call.access, form), None) is None:
        return
    cause = Cause(call.door, call.actor)
    uow = box.store.uow(call.conn, call.app, call.access, cause)
    texts, url = texts_of(call), f"{form_url(form)}/{record['_id']}/press"
    version = (("_version", str(record["_version"])),)
    for rule in offered(engine, uow, form, int(record["_id"])):
        if isinstance(rule.on, ButtonOptions):
            ask = texts.label(rule.on.confirm)
            icon = rule.on.icon or "click"
            yield Action(
                texts.label(rule.label), f"{url}/{rule.key}", "post", icon, confirm=ask, fields=version
            )


def press_button(call: Call) -> Answer:
    """Press a button; what it refuses is said on the record's page."""
    form, record_id = call.form, call.record_id
    read_one(call, form, record_id)  # who may not see the record finds no button either
    url, text = f"{form_url(form)}/{record_id}", call.field("_version")
    version = int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else None
    try:
        with call.unit() as uow:
            press(
                call.installation.rules.engine,
                uow,
                form_in(uow, call),
                record_id,
                call.params["rule"],
                version,
            )
    except Invalid as error:
        found = refusal(error.issues)
        if not isinstance(found, Invalid):
            raise found from error
        said = [text_of(texts_of(call), each.code, dict(each.params)) for each in found.issues]
        return go(call, url, " ".join(said), "danger")
    return go(call, url, texts_of(call).t("work.pressed"))
