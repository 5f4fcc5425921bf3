"""One record, read for its page."""

from __future__ import annotations

from engines.form import FormModel
from engines.query import Page, Query
from engines.store import reading
from runtime.web.call import Call


def read_one(call: Call, form: FormModel, record_id: int) -> Page:
    """Read one record with its labels. Raises NotFound."""
    query = Query(form.path, labels=True)
    return reading.get(call.installation.store, call.conn, call.app, call.access, query, record_id)
