"""An upgrade in words, the same on screen, over REST and at the terminal."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from builder.designer.changes import Told, shown
from builder.packages.merging import Item
from builder.packages.upgrading import Upgrade
from frontend.packing import UpgradeLine
from frontend.texts import Texts


def lines_of(upgrade: Upgrade, texts: Texts) -> list[UpgradeLine]:
    """Return each thing that the package changed."""
    words = Told(upgrade.grammar, texts, _before(upgrade), upgrade.theirs)
    return [_line(each, words, texts) for each in upgrade.items]


def items_json(upgrade: Upgrade, texts: Texts, taken: Collection[str] | None = None) -> list[dict[str, Any]]:
    """Return the same as JSON, with the values themselves; ``taken``: whether each one was."""
    found = [
        {
            "path": line.path, "state": line.state, "conflict": line.conflict,
            "text": sentence(line, texts), "base": each.base, "theirs": each.theirs, "yours": each.yours,
        }
        for each, line in zip(upgrade.items, lines_of(upgrade, texts), strict=True)
    ]  # fmt: skip
    if taken is not None:
        for one in found:
            one["taken"] = one["path"] in taken
    return found


def sentence(line: UpgradeLine, texts: Texts) -> str:
    """Return a line as one sentence."""
    place = " · ".join(filter(None, (line.where, line.what)))
    values = "" if not line.theirs else texts.t("upgrade.to", old=line.before, new=line.theirs)
    yours = texts.t("upgrade.but_here", value=line.yours) if line.conflict else ""
    return f"{texts.t(f'upgrade.state.{line.state}')} {place}{values}{yours}"


def _before(upgrade: Upgrade) -> dict[str, Any]:
    """Return what an element that goes is looked up in: as it is here, else as it came."""
    return {**upgrade.base, **upgrade.yours}


def _line(each: Item, words: Told, texts: Texts) -> UpgradeLine:
    where, what = words.item(each)
    values: tuple[str, str] = ("", "")
    if each.state == "renamed" or (what and each.state != "moved"):
        values = shown(each.base, texts), shown(each.theirs, texts)
    yours = ""
    if each.conflict and each.state != "moved":
        yours = _here(each, texts)
    return UpgradeLine(
        each.path, where or texts.t("upgrade.app"), what, each.state, *values, yours, each.conflict
    )


def _here(each: Item, texts: Texts) -> str:
    if each.yours is None:
        return texts.t("upgrade.removed_here")
    if isinstance(each.yours, dict) and "key" in each.yours:
        return texts.t("upgrade.changed_here")
    return shown(each.yours, texts)
