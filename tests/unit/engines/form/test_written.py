"""Patterns of lines belong to the format of one's own, can be read, and never take long."""

import pytest

from engines.form.fields.text import Text, TextOptions
from engines.form.readers.written import written


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ({"format": "mobile"}, []),
        ({"format": "custom", "pattern": "[a-z]+"}, []),
        ({"format": "custom"}, ["definition.missing"]),
        ({"pattern": "[a-z]+"}, ["definition.pattern_unused"]),
        ({"format": "mobile", "pattern": "[a-z]+"}, ["definition.pattern_unused"]),
        ({"format": "custom", "pattern": "(a"}, ["definition.bad_pattern"]),
        ({"format": "custom", "pattern": r"(a)\1"}, ["definition.bad_pattern"]),
        ({"format": "custom", "pattern": "(((a{200}){200}){200})"}, ["definition.bad_pattern"]),
    ],
)
def test_a_pattern_is_read_when_it_is_defined(options, codes):
    said = TextOptions(key="code", type="text", label="Code", **options)

    assert [each.code for each in Text().verify(said)] == codes


def test_a_line_is_matched_as_a_whole_whatever_its_pattern_branches_into():
    read = written("custom", "a|b+", None, lambda raw: raw)

    assert read("bb") == "bb"
    assert read(None) is None
    for wrong in ("ab", "xa", "bx"):
        with pytest.raises(Exception, match=r"field\.not_written_custom"):
            read(wrong)
