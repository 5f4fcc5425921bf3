import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.expression import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("ABC 1", "abc 1", id="ascii"),
        pytest.param("ＡＢＣ　１（）", "abc 1()", id="full width"),
        pytest.param("ｶﾞ", "ガ", id="half width composes"),
        pytest.param("E\u0301", "é", id="composed"),
        pytest.param("客户Ａ", "客户a", id="Chinese"),
        pytest.param("ΑΣ", "ασ", id="no final sigma"),
        pytest.param("İ", "i", id="one letter stays one letter"),
        pytest.param("ß ①", "ß ①", id="nothing is expanded"),
    ],
)
def test_folds(text: str, folded: str):
    assert fold(text) == folded


@given(st.text())
def test_fold_is_stable(text: str):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_equivalent_spellings_fold_alike(text: str):
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
