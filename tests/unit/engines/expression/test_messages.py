"""What a designer is told: in both languages, with the character, in words and not in names of types."""

from pathlib import Path

import pytest

from engines.expression import FUNCTIONS, ExpressionError, check, parse
from engines.expression.functions import TOPICS
from frontend.texts import Texts
from tests.unit.engines.expression.cases import Fields

REFERENCE = Path(__file__).parents[4] / "docs" / "reference" / "formulas.md"


MESSAGES = {
    "SUM(amount, (qty": ("第 13 个字符：“(”缺少对应的右括号。", "Character 13: “(” has no closing bracket."),
    "amount +": ("第 9 个字符：公式没有写完。", "Character 9: the formula is not finished."),
    'title = "a': (
        "第 9 个字符：文字缺少结束的引号。",
        "Character 9: the text has no closing quotation mark.",
    ),
    "amount ) 1": ("第 8 个字符：这里不应出现“)”。", "Character 8: “)” is not expected here."),
    "amuont > 1": ("第 1 个字符：没有名为“amuont”的字段。", "Character 1: there is no field “amuont”."),
    "SUMM(1)": ("第 1 个字符：没有名为“SUMM”的函数。", "Character 1: there is no function “SUMM”."),
    'amount + "x"': (
        "第 10 个字符：这里需要数字，得到的是文本。",
        "Character 10: a number is expected here, not a text.",
    ),
    "LEFT()": (
        "第 1 个字符：函数 LEFT 的参数个数不对，应为 1 到 2 个。",
        "Character 1: LEFT takes 1 to 2 arguments.",
    ),
}


@pytest.mark.parametrize(("formula", "told"), MESSAGES.items())
def test_a_message_names_the_character_and_the_mistake(formula: str, told: tuple[str, str]):
    with pytest.raises(ExpressionError) as caught:
        check(parse(formula), Fields())

    issue = caught.value.issues[0]
    assert (
        Texts("zh-CN").t(issue.code, **issue.params),
        Texts("en").t(issue.code, **issue.params),
    ) == told


def test_the_nearest_name_is_suggested():
    with pytest.raises(ExpressionError) as caught:
        check(parse("SUMM(1)"), Fields())

    assert caught.value.issues[0].suggestion == "SUM"


def test_every_function_has_its_topic_and_stands_in_the_reference():
    files = {module.__name__ for modules in TOPICS.values() for module in modules}
    written = REFERENCE.read_text("utf-8")

    assert {each.name for each in FUNCTIONS.values() if each.module not in files} == set()
    assert [each.name for each in FUNCTIONS.values() if f"| `{each.signature}`" not in written] == []
