"""Text with marks as HTML: made of escaped text alone, and cleaned once more before it leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from itertools import groupby

from markupsafe import Markup

_TAGS = {"p", "br", "h3", "h4", "ul", "ol", "li", "blockquote", "strong", "em", "code", "a"}
_SCHEMES = {"http", "https", "mailto"}
_BLOCK = re.compile(r"(?P<head>#{1,2}) +|(?P<item>[-*•]) +|(?P<number>\d{1,3})[.、)] *|(?P<quote>&gt;) *")
_CODE = re.compile(r"`([^`\n]{1,500})`")
_LINK = re.compile(r"\[([^\]\n]{1,300})\]\(((?:https?://|mailto:)[^\s()<>]{1,1000})\)")
_BARE = re.compile(r"(?<![\"'(>\w/])(https?://[^\s<>()（），。；]{1,1000}[^\s<>()（），。；.,;:!?])")
_STRONG = re.compile(r"\*\*(?=\S)([^\n]{1,2000}?)(?<=\S)\*\*")
_EM = re.compile(r"(?<![*\w])\*(?=[^\s*])([^*\n]{1,2000}?)(?<=\S)\*(?![*\w])")


def rich(text: str) -> Markup:
    """Return a text with marks as HTML that holds nothing but what the marks say."""
    import nh3  # only who shows such a text needs it

    html = "".join(_blocks(escape(text, quote=True).split("\n")))
    cleaned = nh3.clean(html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes=_SCHEMES)
    return Markup(cleaned)  # noqa: S704 - cleaned just here


def _blocks(lines: list[str]) -> Iterator[str]:
    for kind, some in groupby(lines, _kind):
        said = [_BLOCK.sub("", each, count=1) if kind not in {"", "text"} else each for each in some]
        inner = [_inline(each.strip()) for each in said]
        if kind in {"ul", "ol"}:
            yield f"<{kind}>{''.join(f'<li>{each}</li>' for each in inner)}</{kind}>"
        elif kind in {"h3", "h4"}:
            yield from (f"<{kind}>{each}</{kind}>" for each in inner)
        elif kind:
            tag = "p" if kind == "text" else kind
            yield f"<{tag}>{'<br>'.join(inner)}</{tag}>"


def _kind(line: str) -> str:
    if not line.strip():
        return ""
    found = _BLOCK.match(line)
    if found is None:
        return "text"
    if found["head"]:
        return "h3" if len(found["head"]) == 1 else "h4"
    return "ul" if found["item"] else "ol" if found["number"] else "blockquote"


def _inline(text: str) -> str:
    text = _LINK.sub(r'<a href="\2">\1</a>', text)
    text = _BARE.sub(r'<a href="\1">\1</a>', text)
    text = _CODE.sub(r"<code>\1</code>", text)
    return _EM.sub(r"<em>\1</em>", _STRONG.sub(r"<strong>\1</strong>", text))
