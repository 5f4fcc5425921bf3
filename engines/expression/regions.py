"""The regions of China: codes of six digits as the standard has them, their names, and what people write.

33 is a province, 3301 a city in it, 330106 a district there; codes are filled up with zeros. Where a district
belongs to a province itself, as in Beijing, there is no city between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

from engines.expression.text import fold

_LIST = Path(__file__).with_name("regions.txt")
BETWEEN = " / "
LEVELS = ("province", "city", "district")
CITIES = ("11", "12", "31", "50")  # provinces that are cities: Beijing, Tianjin, Shanghai, Chongqing
APART = "9"  # the third digit of a county that belongs to no city
_LONGEST = 90  # characters that a text of three names may have
_CODE = re.compile(r"\d\d(\d\d(\d\d)?)?")
_ZEROS = re.compile(r"(00){1,2}$")
# Between names, and levels of the numbering that other programs write out.
_NOTHING = re.compile(r"[\s/\\|>,，、;；·'’\-–—]+|市辖区|(省|自治区)直辖县级行政区划")
# 北京市北京市朝阳区, 重庆市县城口县: what forms with three levels make of those that have two.
_TWICE = re.compile(r"^(北京|上海|天津|重庆)市?(\1市?|县)(?=.)")
_PEOPLES = (
    "各 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 拉祜 水 东乡"
    " 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 普米 塔吉克 怒 鄂温克 保安 裕固 独龙"
)
_KIND = re.compile(
    rf"((({_PEOPLES.replace(' ', '|')})族"
    r"|(?<!内)蒙古|哈萨克|柯尔克孜|塔吉克|锡伯|维吾尔)*自治[区州县旗]|特别行政区|地区|新区|[省市盟区县旗])$"
)
_NAMED = 2  # characters by which a region may be called without its kind


class UnknownRegion(Exception):
    """Leaves a text that names no region, or several: their codes."""

    def __init__(self, found: Sequence[str] = ()) -> None:
        super().__init__(", ".join(found))
        self.found = tuple(found)


@cache
def names() -> Mapping[str, tuple[str, str]]:
    """Return what every region is called, in Chinese and in English, by code."""
    lines = (line.split("\t") for line in _LIST.read_text("utf-8").splitlines())
    return {code: (name, english) for code, name, english in lines}


def prefix(code: str) -> str:
    """Return what the codes of a region and of all within it begin with."""
    return _ZEROS.sub("", code)


def path(code: str) -> tuple[str, ...]:
    """Return the codes from the province down to a region itself."""
    above = (f"{code[:2]}0000", f"{code[:4]}00", code)
    return tuple(each for each in dict.fromkeys(above) if each == code or each in names())


def level(code: str) -> str:
    """Return what a region is: a province, a city or a district."""
    return LEVELS[len(prefix(code)) // 2 - 1]


def cut(code: str, depth: str) -> str:
    """Return the region in which another one lies, as deep as ``depth``; itself where it is no deeper.

    A county that belongs to no city stands where cities do; districts of Beijing and the like do not.
    """
    wanted = LEVELS.index(depth)
    if depth == "city" and code[:2] in CITIES:
        return path(code)[0]
    if depth == "city" and code[2] == APART:
        return code
    return [each for each in path(code) if LEVELS.index(level(each)) <= wanted][-1]


def spoken(code: str, locale: str, between: str = BETWEEN) -> str:
    """Return what a person reads; a code that is no longer known is read as it is."""
    place = 0 if locale.startswith("zh") else 1
    known = names()
    return between.join(known[each][place] if each in known else each for each in path(code))


@lru_cache(maxsize=4096)
def read(text: str) -> str:
    """Return the code of what a person wrote: a code, or names one after the other. Raises UnknownRegion."""
    written = _TWICE.sub(r"\1市", _NOTHING.sub("", fold(text)))
    if _CODE.fullmatch(written):
        code = written.ljust(6, "0")
        if code in names():
            return code
    if not written or len(written) > _LONGEST or written.isdecimal():
        raise UnknownRegion
    for known in (_called()[0], _called()[1]):
        found = sorted(set(_ways(written, known, "")))
        if found:
            return _meant(found)
    raise UnknownRegion


def _meant(found: list[str]) -> str:
    """Return the one that people mean: 吉林 is the province, 西安 the city; 朝阳 may also be in Beijing."""
    first, *others = sorted(found, key=lambda code: len(prefix(code)))
    top, below = level(first), [len(path(each)) for each in others]
    if not others or (top == "province" and 1 not in below) or (top == "city" and min(below) == len(LEVELS)):
        return first
    raise UnknownRegion(found)


def _ways(rest: str, known: Mapping[str, list[str]], above: str) -> Iterator[str]:
    """Yield the regions that a text leads to, name by name; levels in between may be left out."""
    for length in range(_NAMED, len(rest) + 1):
        for code in known.get(rest[:length], ()):
            if code.startswith(prefix(above)) and code != above:
                if length == len(rest):
                    yield code
                else:
                    yield from _ways(rest[length:], known, code)


@cache
def _called() -> tuple[Mapping[str, list[str]], Mapping[str, list[str]]]:
    """Return codes by whole names, and by these and by short ones."""
    whole: dict[str, list[str]] = {}
    also: dict[str, list[str]] = {}
    for code, (name, english) in names().items():
        spelled = _NOTHING.sub("", fold(english))
        short = _KIND.sub("", name)
        for found in (whole, also):
            for each in dict.fromkeys((name, spelled)):
                found.setdefault(each, []).append(code)
        for each in {short, spelled.removesuffix("district").removesuffix("county")} - {name, spelled}:
            if len(each) >= _NAMED:
                also.setdefault(each, []).append(code)
    return whole, also
