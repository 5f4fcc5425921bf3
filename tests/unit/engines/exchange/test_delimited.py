"""Delimited text as programs write it."""

import pytest

from engines.exchange.reading.delimited import detect, open_delimited
from engines.exchange.reading.grid import Grid
from engines.exchange.reading.refused import Refused


def _open(data: bytes | str, encoding: str | None = None, separator: str | None = None) -> Grid:
    return open_delimited(data.encode() if isinstance(data, str) else data, encoding, separator)


def _cells(data: bytes | str, **more: str) -> list[list[str]]:
    return [cells for _, cells in _open(data, **more).lines]


CHINESE = "姓名,城市\n张三,上海\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_reads_chinese_in_every_usual_encoding(encoding: str):
    assert _cells(CHINESE.encode(encoding)) == [["姓名", "城市"], ["张三", "上海"]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("amount\n100吨\n200吨\n".encode("gb18030"), "gb18030", id="one sign behind figures"),
        pytest.param("a\n(津 豫 鲁)\n".encode("gb18030"), "gb18030", id="single characters"),
        pytest.param("name\nElève Größe café\n".encode("cp1252"), "utf-8", id="accents of western Europe"),
        pytest.param(b"name\nCancity?\xc4\xd6\nIsdom?\xc4\xd6\n", "utf-8", id="lost bytes after words"),
    ],
)
def test_takes_for_chinese_only_what_gives_chinese(text: bytes, found: str):
    assert detect(text) == found


def test_names_the_cell_whose_bytes_mean_nothing():
    grid = _open(b"name,city\nAnn,Rome\nBo,Pari\xc4s\n")

    lines = list(grid.lines)

    assert lines[2] == (3, ["Bo", "Pari\ufffds"])
    assert [(place, odd.code) for place, odd in grid.oddities.items()] == [((3, 1), "import.undecodable")]


def test_takes_the_encoding_somebody_names():
    assert _cells("name\nGröße\n".encode("cp1252"), encoding="cp1252") == [["name"], ["Größe"]]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_finds_the_separator(separator: str):
    assert _cells(f"a{separator}b\n1{separator}2\n") == [["a", "b"], ["1", "2"]]


def test_a_decimal_comma_does_not_hide_the_semicolon():
    assert _cells("a;b\n1,5;2,5\n3,5;4,5\n") == [["a", "b"], ["1,5", "2,5"], ["3,5", "4,5"]]


def test_a_first_line_may_tell_the_separator():
    assert _cells("sep=;\r\nA;1\r\n2;3\r\n") == [["A", "1"], ["2", "3"]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_reads_every_kind_of_line_end(end: str):
    assert _cells(f"a,b{end}1,2{end}") == [["a", "b"], ["1", "2"]]


def test_quotes_hold_separators_quotes_and_line_ends():
    assert _cells('a,b\n"x, ""y""","line\nline"\n') == [["a", "b"], ['x, "y"', "line\nline"]]


def test_refuses_a_quote_that_is_never_closed():
    with pytest.raises(Refused) as refused:
        _cells('a,b\n1,2\n"x,2\n3,4\n')

    assert (refused.value.code, refused.value.params) == ("import.bad_quotes", {"row": 3})


def test_takes_off_the_guard_against_formulas():
    assert _cells("a\n'=1+1\n''=x\n'quoted\n") == [["a"], ["=1+1"], ["'=x"], ["'quoted"]]


def test_refuses_bytes_that_are_no_text():
    with pytest.raises(Refused, match=r"import\.unsupported"):
        _open(b"\x89PNG\x00\x00\x00\x01 and so on")
