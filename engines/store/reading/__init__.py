"""The one read path: lists, records, figures and choices all come through here."""

from engines.store.reading.aggregate import aggregate, distinct
from engines.store.reading.labels import labels_of, titles
from engines.store.reading.passing import passage
from engines.store.reading.path import count, get, read, visible_fields
from engines.store.reading.tracing import trace

__all__ = [
    "aggregate",
    "count",
    "distinct",
    "get",
    "labels_of",
    "passage",
    "read",
    "titles",
    "trace",
    "visible_fields",
]
