"""A definition as a folder: the app, and one file for each form, flow, rule and the like."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from schemas.errors import Invalid, Issue
from schemas.loader import MAX_BYTES, parse

FAMILIES = ("forms", "roles", "flows", "rules", "dashboards", "documents", "tests")
APP = "app.json"
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
Json = dict[str, Any]


def files_of(document: Json) -> dict[str, bytes]:
    """Return path -> bytes. ``app.json`` names the elements of each list in their order."""
    found: dict[str, bytes] = {}
    app = dict(document)
    for family in FAMILIES:
        if family in app:
            app[family] = [each["key"] for each in document[family]]
            found |= {f"{family}/{each['key']}.json": _written(each) for each in document[family]}
    return {APP: _written(app), **found}


def _written(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


@dataclass(frozen=True, slots=True)
class Joined:
    """A definition put together, and the file of each element in it. ``files``: (family, place) -> file."""

    data: bytes
    files: Mapping[tuple[str, str], str]

    def placed(self, issue: Issue) -> Issue:
        """Return a problem with the file it is in, and where in it: ``forms/order.json#/fields/0/type``."""
        _, family, place, *rest = [*issue.path.split("/"), "", ""][:3] + issue.path.split("/")[3:]
        file = self.files.get((family, place))
        if file is None:
            return replace(issue, path=f"{APP}#{issue.path or '/'}")
        return replace(issue, path=f"{file}#/{'/'.join(rest)}")


def joined(files: Mapping[str, bytes]) -> Joined:
    """Put a definition together. Raises Invalid, with the files, for what cannot be one."""
    issues: list[Issue] = []
    app = _read(APP, files, issues)
    places: dict[tuple[str, str], str] = {}
    named = {APP}
    for family in FAMILIES:
        keys = app.get(family)
        if not isinstance(keys, list):
            continue
        elements = []
        for place, key in enumerate(keys):
            file = f"{family}/{key}.json"
            if not isinstance(key, str) or not _KEY.fullmatch(key):
                issues.append(Issue(f"{APP}#/{family}/{place}", "definition.bad_key", {"key": str(key)[:60]}))
                continue
            element = _read(file, files, issues)
            if element.get("key", key) != key:
                issues.append(Issue(f"{file}#/key", "layout.other_key", {"name": key}))
            places[family, str(place)] = file
            named.add(file)
            elements.append(element)
        app[family] = elements
    issues += [Issue(each, "layout.not_named", {"name": each}) for each in files if each not in named]
    if issues:
        raise Invalid(issues, "definition.invalid")
    return Joined(_written(app), places)


def _read(file: str, files: Mapping[str, bytes], issues: list[Issue]) -> Json:
    if file not in files:
        issues.append(Issue(file, "layout.no_file", {"name": file}))
        return {}
    try:
        return parse(files[file])
    except Invalid as error:
        issues += [replace(each, path=f"{file}#{each.path}" if each.path else file) for each in error.issues]
        return {}


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder that are of a definition. Raises Invalid for too much of it."""
    found = {each.relative_to(folder).as_posix(): each.read_bytes() for each in _ours(folder)}
    if sum(map(len, found.values())) > 2 * MAX_BYTES:
        raise Invalid([Issue("", "definition.too_big", {"limit": MAX_BYTES})], "definition.invalid")
    return found


def write_folder(folder: Path, document: Json) -> int:
    """Write a definition into a folder, without what is no part of it any more; return how many files.

    Raises Invalid for a folder that holds something else.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / APP).is_file():
        raise Invalid([Issue(str(folder), "layout.not_empty", {"name": str(folder)})], "definition.invalid")
    files = files_of(document)
    for each in _ours(folder):
        if each.relative_to(folder).as_posix() not in files:
            each.unlink()
    for name, data in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.is_file() or place.read_bytes() != data:
            place.write_bytes(data)
    return len(files)


def _ours(folder: Path) -> Iterator[Path]:
    if (folder / APP).is_file():
        yield folder / APP
    for family in FAMILIES:
        yield from sorted((folder / family).glob("*.json"))
