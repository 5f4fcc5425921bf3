"""Two people changed one record: what the other one changed, and what can be taken over without asking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.form import FormModel
from engines.store.history import entries
from runtime.screens.activity.changes import typed
from runtime.web.call import Call


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """``changed``: fields somebody else changed, with what the person typed, ``...`` where she typed nothing.

    ``taken``: raw values of the others, for the fields the person left as they were.
    """

    changed: Mapping[str, Any]
    taken: Mapping[str, Any]


def meanwhile(
    call: Call, form: FormModel, record: Mapping[str, Any], current: Mapping[str, Any],
    posted: Mapping[str, Any], version: int,
) -> Meanwhile:  # fmt: skip
    """Compare what was typed with the version it began from and with what stands there now."""
    before: dict[str, Any] = {}
    for entry in entries(call.conn, call.app, form, int(record["_id"])):  # newest first: the oldest one wins
        if entry.version > version:
            before |= entry.old
    mine, _ = form.coercer.one({key: value for key, value in posted.items() if key in form.fields})
    changed: dict[str, Any] = {}
    taken: dict[str, Any] = {}
    for key, old in before.items():
        if key not in current:
            continue
        if (mine.get(key) or None) == (typed(form.fields[key], old, form) or None):
            changed[key], taken[key] = ..., current[key]
        elif (mine.get(key) or None) != (record.get(key) or None):
            changed[key] = mine.get(key)
    return Meanwhile(changed, taken)
