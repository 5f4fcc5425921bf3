"""Text with marks: what the marks say, and nothing else ever."""

import pytest

from frontend.rich import rich


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("一\n二", "<p>一<br>二</p>"),
        ("# Head\n## Next", "<h3>Head</h3><h4>Next</h4>"),
        ("- a\n- b\n\n1. c", "<ul><li>a</li><li>b</li></ul><ol><li>c</li></ol>"),
        ("> said", "<blockquote>said</blockquote>"),
        ("**bold** and *slanted* 2 * 3 * 4", "<p><strong>bold</strong> and <em>slanted</em> 2 * 3 * 4</p>"),
        (
            "[here](https://a.cn/x?a=1&b=2)",
            '<p><a href="https://a.cn/x?a=1&amp;b=2" rel="noopener noreferrer">here</a></p>',
        ),
        (
            "https://a.cn/x。",
            '<p><a href="https://a.cn/x" rel="noopener noreferrer">https://a.cn/x</a>。</p>',
        ),
    ],
)
def test_marks(text, html):
    assert str(rich(text)) == html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        '[x](https://a.cn/" onmouseover="alert(1))',
        "**<b onclick=alert(1)>**",
        "`</code><script>`",
        "[<svg onload=alert(1)>](https://a.cn)",
        "https://a.cn/'onclick='x",
    ],
)
def test_no_text_becomes_a_script(text):
    """P53."""
    html = str(rich(text))

    assert "<script" not in html
    assert "<img" not in html
    assert "<svg" not in html
    assert "<b " not in html
    for tag in html.split("<")[1:]:
        assert " on" not in tag.split(">")[0]
        assert "javascript" not in tag.split(">")[0]
