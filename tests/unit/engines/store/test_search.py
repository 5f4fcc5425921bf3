"""Search: what is stored and what is typed meet."""

import subprocess
import sys
import time
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from engines.store.database import Database
from engines.store.platform import token
from engines.store.search import TOKENS_AT_MOST, matches, query_tokens, token_rows, tokens


@dataclass(frozen=True)
class Element:
    uid: int


FORM, OTHER, TITLE, NOTE = Element(7), Element(8), Element(70), Element(71)


def found(stored: str, typed: str) -> bool:
    """Whether every token of what is typed is met, as the database does it."""
    held, asked = tokens(stored), query_tokens(typed)
    return bool(asked) and all(
        any(each.startswith(text) for each in held) if begins else text in held for text, begins in asked
    )


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("张三", "张三"),
        ("张三", "张"),
        ("张三", "三"),
        ("张三", "zhangs"),
        ("张三", "zs"),
        ("张三", "zhang san"),
        ("张三", "ZhangSan"),
        ("张三丰", "三丰"),
        ("张三丰", "sanfeng"),
        ("深圳华为技术有限公司", "huawei"),
        ("深圳华为技术有限公司", "hwjs"),
        ("深圳华为技术有限公司", "技术"),
        ("ABC公司", "abc"),
        ("ABC公司", "ABC公司"),
        ("ＡＢＣ公司", "abc公司"),
        ("Blue Notebook", "note blu"),
        ("+8613912345678", "139"),
        ("+8613912345678", "139 1234 5678"),
        ("+8613912345678", "+86 139-1234-5678"),
        ("139-1234-5678", "13912345"),
        ("NO-2026-001", "2026-001"),
        ("2026-11-21", "2026-11"),
        ("li.ming@example.com", "li.ming@ex"),
        ("Ünal Öztürk", "öz"),
        ("日の丸ビール", "ビール"),
        ("西安", "xi'an"),
        ("绿地", "lvdi"),
    ],
)
def test_finds(stored: str, typed: str) -> None:
    assert found(stored, typed)


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("张三", "李四"),
        ("张三", "三张"),
        ("张三丰", "张丰"),
        ("notebook", "book"),
        ("张三", "  "),
        ("张三", "%"),
        ("", "a"),
    ],
)
def test_does_not_find(stored: str, typed: str) -> None:
    assert not found(stored, typed)


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [
        ("单小明", "shanxiaoming"),
        ("曾强", "zengqiang"),
        ("仇英", "qiuying"),
        ("解军", "xiejun"),
        ("朴敏", "piaomin"),
        ("查良", "zhaliang"),
        ("万俟雪", "moqixue"),
        ("尉迟恭", "yuchigong"),
        ("重庆", "chongqing"),
        ("厦门", "xiamen"),
        ("长沙", "changsha"),
        ("长春", "changchun"),
        ("长安", "changan"),
        ("乐山", "leshan"),
        ("六安", "luan"),
        ("蚌埠", "bengbu"),
        ("重庆银行", "chongqingyinhang"),
    ],
)
def test_reads_names_and_places_as_people_do(name: str, pinyin: str) -> None:
    assert pinyin in tokens(name)


def test_a_family_name_that_may_be_a_word_is_read_both_ways() -> None:
    assert {"shanwei", "danwei"} <= tokens("单位")


def test_a_long_text_gives_a_bounded_number_of_tokens() -> None:
    held = tokens("".join(map(chr, range(0x4E00, 0x4F00))) + " and many other words")

    assert len(held) == TOKENS_AT_MOST
    assert max(map(len, held)) <= 32


def test_a_question_is_bounded_too() -> None:
    assert len(query_tokens("a b c d e f g h i j k l m n o p")) == 12


def test_rows_follow_the_columns_of_the_table() -> None:
    assert token_rows(FORM, TITLE, 5, "三") == [(7, "san", 70, 5), (7, "三", 70, 5)]
    assert token_rows(FORM, TITLE, 5, None) == []


@pytest.fixture
def filled(database: Database) -> Database:
    texts = [
        (1, TITLE, "张三"),
        (2, TITLE, "张力"),
        (3, TITLE, "book"),
        (3, NOTE, "张三"),
        (4, NOTE, "zulu \U0010fffe"),
    ]
    with database.write() as conn:
        rows = [row for record, field, text in texts for row in token_rows(FORM, field, record, text)]
        rows += token_rows(OTHER, TITLE, 9, "张三")
        names = [column.name for column in token.c]
        conn.execute(sa.insert(token), [dict(zip(names, row, strict=True)) for row in rows])
    return database


@pytest.mark.parametrize(
    ("typed", "fields", "expected"),
    [
        ("张三", None, [1, 3]),
        ("张三", [70], [1]),
        ("zhang", [70], [1, 2]),
        ("book zs", None, [3]),
        ("z", None, [1, 2, 3, 4]),
        ("张三", [], []),
        ("--", None, []),
    ],
)
def test_the_condition_finds_records_by_their_tokens(
    filled: Database, typed: str, fields: list[int] | None, expected: list[int]
) -> None:
    record = sa.column("record_id", sa.BigInteger)
    every = sa.select(token.c.record_id).distinct().subquery()
    wanted = (
        sa.select(record).select_from(every).where(matches(record, FORM.uid, typed, fields)).order_by(record)
    )

    with filled.read() as conn:
        assert list(conn.scalars(wanted)) == expected


def test_tokenising_many_names_is_quick() -> None:
    names = [chr(0x4E00 + n % 97) + chr(0x4E80 + n % 89) + chr(0x4F00 + n % 83) for n in range(10_000)]
    started = time.thread_time()

    for name in names:
        tokens(name)

    assert time.thread_time() - started < 0.5


def test_the_dictionary_is_loaded_where_it_is_used() -> None:
    """With its phrases it takes 55 MB in a process that may never meet a Chinese word."""
    script = """if True:
        import sys
        from engines.store.search import tokens
        tokens("abc")
        assert "pypinyin" not in sys.modules
        tokens("张三")
        from pypinyin.constants import PHRASES_DICT
        assert not PHRASES_DICT
    """

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
