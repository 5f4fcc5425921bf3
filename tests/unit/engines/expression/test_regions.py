"""Regions: what people and other programs write, and what is read of a code."""

import pytest

from engines.expression.regions import LEVELS, UnknownRegion, cut, level, names, path, read, spoken


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("浙江省杭州市西湖区", "330106"),
        ("浙江 杭州 西湖", "330106"),
        ("浙江/杭州", "330100"),
        ("浙江西湖区", "330106"),  # without its city
        ("杭州市", "330100"),
        ("Zhejiang, Hangzhou", "330100"),
        ("shaanxi / Xi'an", "610100"),
        ("330106", "330106"),
        ("3301", "330100"),
        ("北京市朝阳区", "110105"),
        ("北京市北京市朝阳区", "110105"),
        ("北京市/市辖区/东城区", "110101"),
        ("重庆市县城口县", "500229"),
        ("湖北省省直辖县级行政区划仙桃市", "429004"),
        ("吉林", "220000"),  # and not its city
        ("吉林市", "220200"),
        ("海南", "460000"),  # and not the prefecture in Qinghai
        ("陕西西安", "610100"),
        ("西安", "610100"),  # and not a district elsewhere
        ("恩施", "422800"),  # the prefecture with the city in it
        ("内蒙古呼和浩特", "150100"),
        ("延边", "222400"),
        ("台湾", "710000"),
        ("香港", "810000"),
    ],
)
def test_what_people_write(text, code):
    assert read(text) == code


@pytest.mark.parametrize("text", ["西湖区", "朝阳", "suzhou"])
def test_a_name_that_several_bear_is_not_guessed(text):
    with pytest.raises(UnknownRegion) as refused:
        read(text)

    assert len(refused.value.found) > 1


@pytest.mark.parametrize("text", ["", "浙江省杭州市文三路1号", "999999", "33010", "杭", "a" * 200])
def test_what_is_no_region(text):
    with pytest.raises(UnknownRegion) as refused:
        read(text)

    assert refused.value.found == ()


def test_every_region_is_found_by_what_is_read_of_it():
    wrong = [
        (code, locale, between)
        for code in names()
        for locale, between in (("zh-CN", " / "), ("zh-CN", ""), ("en", " / "))
        if read(spoken(code, locale, between)) != code
    ]

    assert wrong == []


def test_every_region_lies_in_others_that_are_known():
    assert all(each in names() for code in names() for each in path(code))


@pytest.mark.parametrize(
    ("code", "levels"),
    [
        ("330106", ("330000", "330100", "330106")),
        ("330100", ("330000", "330100", "330100")),
        ("110105", ("110000", "110000", "110105")),  # Beijing is a city itself
        ("429004", ("420000", "429004", "429004")),  # a county that belongs to no city
    ],
)
def test_how_deep_one_goes(code, levels):
    assert tuple(cut(code, each) for each in LEVELS) == levels


def test_a_code_of_former_times_is_read_as_far_as_it_is_known():
    assert spoken("330103", "zh-CN") == "浙江省 / 杭州市 / 330103"
    assert level("330103") == "district"
