"""A publish that changes which fields are searched leads to new search words, also of old records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from engines.access import Access
from engines.query import Cause, Change, Op, Query
from engines.store.reading import read
from engines.store.writing import write
from runtime.installation import Installation, Settings


def definition(*, searchable: bool) -> bytes:
    fields: list[dict[str, Any]] = [
        {"key": "name", "type": "text", "label": "Name"},
        {"key": "place", "type": "text", "label": "Place", "searchable": searchable},
    ]
    forms = [{"key": "order", "label": "Order", "title": "name", "fields": fields}]
    return json.dumps({"weft": 1, "key": "shop", "label": "Shop", "forms": forms}).encode()


def found(installation: Installation, text: str) -> int:
    with installation.db.read() as conn:
        app = installation.app(conn, "shop", installation.current(conn))
        return len(read(installation.store, conn, app, Access(None), Query("order", search=text)).records)


def test_old_records_are_found_by_a_field_that_becomes_searchable_and_no_longer_after(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, database=f"sqlite:///{tmp_path / 'weft.db'}")
    installation = Installation(settings)
    app = installation.publisher.apply(definition(searchable=False), actor=None)
    with installation.store.unit(app, Access(None), Cause("test", None)) as uow:
        write(installation.store, uow, app.form("order"), [Change(Op.create, {"name": "A", "place": "上海"})])
    assert found(installation, "上海") == 0

    installation.publisher.apply(definition(searchable=True), actor=None)
    installation.worker.run_due()
    assert found(installation, "上海") == 1

    installation.publisher.apply(definition(searchable=False), actor=None)
    installation.worker.run_due()
    assert found(installation, "上海") == 0
    assert found(installation, "A") == 1
    installation.close()
