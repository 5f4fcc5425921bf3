"""Chinese in the order in which it sounds."""

import random

import pytest

from engines.expression.pinyin import by_sound


@pytest.mark.parametrize(
    "ordered",
    [
        ["阿里巴巴", "安踏", "北京", "陈", "上海", "沈阳", "王芳", "张三"],
        ["西安", "先锋"],  # by whole sounds: xi comes before xian
        ["黎明", "李明", "李娜"],  # by tone, so that one family stands together
        ["单田芳", "上海"],  # a family name is read as one: shàn, not dān
        ["重庆长安", "重庆大学", "中国"],  # a place is read as one: chóng, not zhòng
        ["123", "阿里", "ABC", "abd", "安"],
        ["旅游", "绿地", "女装"],
        ["张", "张三", "张三丰"],
    ],
)
def test_texts_stand_in_the_order_of_a_dictionary(ordered: list[str]) -> None:
    shuffled = random.Random(7).sample(ordered, len(ordered))

    assert sorted(shuffled, key=by_sound) == ordered


def test_what_cannot_be_read_aloud_stands_behind() -> None:
    assert sorted(["\U00020bb7野家", "张三", "zoo"], key=by_sound) == ["张三", "zoo", "\U00020bb7野家"]


def test_case_and_width_make_no_difference() -> None:
    assert by_sound("ＡＢＣ 公司") == by_sound("abc 公司")


def test_a_long_text_fits_an_index_of_any_database() -> None:
    assert len(by_sound("\U00020bb7庄" * 127 + "x").encode()) < 2_704 / 2
