"""The regions of China, one a line: code, name, English name. `vendor.py fetch` makes the list."""

import re
from collections.abc import Iterator
from typing import Any

# They have a code each in the standard, and none for what lies within them.
BEYOND = (("710000", "台湾省"), ("810000", "香港特别行政区"), ("820000", "澳门特别行政区"))
# Levels that only the numbering needs: nobody lives in 上海市市辖区.
_NOBODYS = re.compile(r"市辖区|县|(省|自治区)直辖县级行政区划")
_ENGLISH = {
    "内蒙古自治区": "Inner Mongolia",
    "陕西省": "Shaanxi",
    "澳门特别行政区": "Macao",
    "香港特别行政区": "Hong Kong",
    "呼和浩特市": "Hohhot",
    "鄂尔多斯市": "Ordos",
    "呼伦贝尔市": "Hulunbuir",
    "哈尔滨市": "Harbin",
    "齐齐哈尔市": "Qiqihar",
    "拉萨市": "Lhasa",
    "日喀则市": "Shigatse",
    "乌鲁木齐市": "Urumqi",
    "吐鲁番市": "Turpan",
}
# Characters that are read otherwise in these names than the dictionary says.
_READ = {
    "长子": "zhang zi",
    "乐亭": "lao ting",
    "乐清": "yue qing",
    "乐都": "le du",
    "漯河": "luo he",
    "涡阳": "guo yang",
    "番禺": "pan yu",
    "珲春": "hun chun",
    "繁峙": "fan shi",
    "洪洞": "hong tong",
    "曾都": "zeng du",
    "筠连": "jun lian",
    "荥经": "ying jing",
    "覃塘": "qin tang",
    "东阿": "dong e",
    "什邡": "shi fang",
    "莘县": "shen xian",
    "六安": "lu an",
    "六合": "lu he",
    "台州": "tai zhou",
    "天台": "tian tai",
    "丽水": "li shui",
    "大埔": "da bu",
    "铅山": "yan shan",
    "中牟": "zhong mu",
    "牟定": "mou ding",
    "尉犁": "yu li",
    "浚县": "xun xian",
    "塔什库尔干": "ta shi ku er gan",
    "麻栗坡": "ma li po",
    "郫都": "pi du",
    "北碚": "bei bei",
}
_CHANGED = {"长": "chang", "都": "du", "重": "chong", "厦": "xia", "行": "xing", "朝": "chao", "乐": "le"}
_PEOPLES = (
    "各 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 拉祜 水 东乡"
    " 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 普米 塔吉克 怒 鄂温克 保安 裕固 独龙"
)
_OF_PEOPLES = re.compile(f"(({_PEOPLES.replace(' ', '|')})族|蒙古|哈萨克|柯尔克孜|塔吉克|锡伯)+$")
_KINDS = (
    ("高新技术产业开发区", "High-tech Zone"),
    ("高技术产业开发区", "High-tech Zone"),
    ("高新技术开发区", "High-tech Zone"),
    ("高新技术产业园区", "High-tech Zone"),
    ("经济技术开发区", "Economic Development Zone"),
    ("经济开发区", "Economic Development Zone"),
    ("城乡一体化示范区", "Demonstration Zone"),
    ("示范区", "Demonstration Zone"),
    ("管理区", "Management Area"),
    ("开发区", "Development Zone"),
    ("综合保税区", "Bonded Zone"),
    ("园区", "Park"),
    ("自治州", "Prefecture"),
    ("自治县", "County"),
    ("自治旗", "Banner"),
    ("地区", "Prefecture"),
    ("林区", "Forestry District"),
    ("新区", "New Area"),
    ("特区", "District"),
    ("盟", "League"),
    ("区", "District"),
    ("县", "County"),
    ("旗", "Banner"),
)


def listed(tree: list[dict[str, Any]]) -> str:
    """Return the list. ``tree``: provinces with cities with districts, whose codes lack zeros at the end."""
    found = sorted({*_walked(tree), *BEYOND})
    lines = [f"{code}\t{name}\t{english(code, name)}\n" for code, name in found]
    return "".join(lines)


def _walked(tree: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for each in tree:
        code, name = each["code"], each["name"]
        if len(code) > len("330106"):
            continue  # a town: some cities have no districts
        if not (len(code) == len("3301") and _NOBODYS.fullmatch(name)):
            yield code.ljust(6, "0"), name
        yield from _walked(each.get("children", ()))


def english(code: str, name: str) -> str:
    """Return what a region is called in English: its sound, and what kind of region it is."""
    if name in _ENGLISH:
        return _ENGLISH[name]
    if code.endswith("0000"):
        return _sounded(re.sub("省|市|(壮族|回族|维吾尔)?自治区", "", name))
    for ending, kind in _KINDS:
        if name.endswith(ending):
            stem = name.removesuffix(ending)
            stem = _own(stem) if ending.startswith("自治") else stem.removesuffix("市")
            return f"{_sounded(stem if len(stem) > 1 else name)} {kind}"
    return _sounded(name.removesuffix("市"))


def _own(stem: str) -> str:
    """Return a name without those of the peoples who live there."""
    return _OF_PEOPLES.sub("", stem) or stem.removesuffix("族")


def _sounded(name: str) -> str:
    """Return a name as it is read: 西安 is Xi'an."""
    found = ""
    for syllable in _syllables(name):
        found += ("'" if found and syllable[0] in "aoe" else "") + syllable
    return found.capitalize()


def _syllables(name: str) -> Iterator[str]:
    from pypinyin import lazy_pinyin

    for word, said in _READ.items():
        if word in name:
            before, _, behind = name.partition(word)
            yield from (*_syllables(before), *said.split(), *_syllables(behind))
            return
    for character, said in zip(name, lazy_pinyin(name, v_to_u=True), strict=True):
        yield _CHANGED.get(character, said)
