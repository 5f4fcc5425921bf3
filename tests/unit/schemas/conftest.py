"""Definitions to load, and what is wrong with them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from engines.form.registry import field_types
from schemas.errors import Invalid, Issue
from schemas.grammar import Grammar
from schemas.loader import load

Problems = Callable[[Any], list[tuple[str, str, str | None]]]


def issues_of(data: bytes, grammar: Grammar) -> list[Issue]:
    try:
        load(data, grammar)
    except Invalid as error:
        return list(error.issues)
    return []


@pytest.fixture(scope="session")
def grammar() -> Grammar:
    return Grammar(field_types())


@pytest.fixture
def problems(grammar: Grammar) -> Problems:
    """Load a document, or bytes, and return pointer, code and suggestion of each problem."""

    def find(document: Any) -> list[tuple[str, str, str | None]]:
        data = document if isinstance(document, bytes) else json.dumps(document).encode()
        return [(issue.path, issue.code, issue.suggestion) for issue in issues_of(data, grammar)]

    return find


@pytest.fixture
def shop() -> dict[str, Any]:
    """A definition with a bit of everything, free to be spoilt."""
    return {
        "weft": 1,
        "key": "shop",
        "label": {"zh-CN": "订货", "en": "Orders"},
        "forms": [
            {
                "key": "order",
                "label": "订单",
                "title": "number",
                "fields": [
                    {"key": "number", "type": "serial", "label": "编号"},
                    {
                        "key": "state",
                        "type": "select",
                        "label": "状态",
                        "options": [{"key": "new", "label": "新建"}],
                    },
                    {"key": "amount", "type": "number", "label": "金额", "decimals": 2, "min": 0},
                    {
                        "key": "item",
                        "type": "relation",
                        "label": "货品",
                        "form": "item",
                        "on_delete": "clear",
                    },
                    {
                        "key": "lines",
                        "type": "subform",
                        "label": "明细",
                        "fields": [{"key": "note", "type": "text", "label": "备注"}],
                    },
                ],
                "checks": [{"that": "amount >= 0", "message": "不能为负", "field": "amount"}],
                "layout": {
                    "sections": [{"key": "main", "fields": ["number", "amount"], "tab": "money"}],
                    "tabs": [{"key": "money", "label": "金额"}],
                },
                "views": [{"key": "all", "label": "全部", "columns": ["number", "_created_at"]}],
            },
            {
                "key": "item",
                "label": "货品",
                "fields": [
                    {"key": "name", "type": "text", "label": "名称", "required": True},
                    {"key": "orders", "type": "related", "label": "订单", "form": "order", "via": "item"},
                ],
            },
        ],
        "menu": [{"label": "数据", "items": [{"form": "order"}, {"form": "item"}]}],
        "roles": [
            {"key": "clerk", "label": "文员", "grants": [{"form": "order", "fields": {"amount": "read"}}]}
        ],
    }
