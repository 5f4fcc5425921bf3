"""What a computed field's values depend on in a definition, as a digest: where it changes, they do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engines.expression import Ref, substitute, to_text
from engines.form.computed import Fields

if TYPE_CHECKING:
    from engines.store.publishing.assign import Place

# Grows when the engine computes something another way, so that all is computed anew.
_REVISION = 1
_LENGTH = 16


def fingerprint(fields: Fields, form: str, key: str, places: Mapping[str, Place]) -> str:
    """Return the digest of a computed field. Names do not count, only what they mean: renaming is free.

    ``places``: where every field that people fill in is kept.
    """
    return _digest([_REVISION, fields.app.time_zone, _Meaning(fields, places).of(form, key)])


@dataclass(frozen=True, slots=True)
class _Meaning:
    fields: Fields
    places: Mapping[str, Place]

    def of(self, form: str, key: str) -> list[Any]:
        """Return the expression over what it reads, how that is kept, and how the result is fitted."""
        found = self.fields.find(form, key)
        assert found is not None  # noqa: S101 - fields that exist are asked for
        assert found.computed is not None  # noqa: S101 - and that are computed
        node = substitute(found.computed.node, lambda ref: Ref(tuple(self._along(form, ref.path))))
        kept = [self._kept(*each) for each in found.computed.sources]
        shape = [getattr(found.options, name, None) for name in ("decimals", "max_length")]
        return [to_text(node), sorted(each for each in kept if each), found.kind.name, shape]

    def _along(self, form: str, path: tuple[str, ...]) -> Iterator[str]:
        here: str | None = form
        for key in path:
            found = None if here is None else self.fields.find(here, key)
            if here is None or found is None:
                yield key  # a system column
            elif found.computed is not None:
                yield f"f{_digest(self.of(here, key))}"
            else:
                yield f"u{self.places[f'{here}.{key}'].uid}"
            here = None if here is None else self.fields.beyond(here, key)

    def _kept(self, form: str, key: str) -> str:
        """Return what makes the values of a field what they are that people fill in."""
        found = self.fields.find(form, key)
        if found is None or found.computed is not None:
            return ""
        place = self.places[f"{form}.{key}"]
        uids = {
            each.key: self.places[f"{form}.{key}.{each.key}"].uid
            for each in getattr(found.options, "options", ())
        }
        via = getattr(found.options, "via", None)
        way = None if via is None else self.places[f"{self.fields.beyond(form, key)}.{via}"].uid
        shape = None if place.shape is None else place.shape.told()
        return json.dumps([place.uid, shape, uids, way], sort_keys=True)


def _digest(told: Any) -> str:
    text = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]
