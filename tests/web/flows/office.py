"""An office with a pipeline of deals and a review of contracts, as the stories of users tell it."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

from tests.fixtures.flowing import ask, flow, stage
from tests.fixtures.publishing import app, field, form
from tests.fixtures.rest import Door, Rest

Json = dict[str, Any]
STAGES = {
    "lead": "新线索", "contact": "初步接触", "analysis": "需求分析", "quote": "方案报价",
    "won": "赢单", "lost": "输单",
}  # fmt: skip
DEAL = form(
    "deal",
    field("name", required=True),
    field("amount", "number", decimals=2),
    field("stage", "select", options=[{"key": k, "label": v} for k, v in STAGES.items()]),
    field("state", "select", options=[
        {"key": "open", "label": "跟进中"}, {"key": "quoting", "label": "报价中"},
    ]),
    field("reason", "select", options=[{"key": "price", "label": "价格"}, {"key": "time", "label": "时机"}]),
    field("closed", "date"),
    field("owner", "member", default={"formula": "USER()"}),
    title="name", owner="owner",
)  # fmt: skip
LINE = {
    "key": "line", "label": {"zh-CN": "商机推进", "en": "Deals"}, "form": "deal", "field": "stage",
    "nodes": [
        {"key": "start", "type": "start", "next": "lead"},
        stage("lead", guide="先打电话。", moves={
            "on": {"label": "转入下一阶段", "to": "contact", "primary": True},
            "lose": {"label": "输单", "to": "lost", "needs": ["reason"]},
        }),
        stage("contact", moves={
            "on": {"label": "转入下一阶段", "to": "analysis"},
            "lose": {"label": "输单", "to": "lost", "needs": ["reason"]},
        }),
        stage("analysis", moves={
            "on": {"label": "转入下一阶段", "to": "quote"}, "back": {"label": "退回", "to": "contact"},
        }),
        stage("quote", moves={
            "submit": {
                "label": "提交报价", "set": {"state": "quoting"},
                "notify": [{"to": [{"type": "role", "role": "director"}], "title": "有新的报价"}],
            },
            "win": {"label": "赢单", "to": "won", "set": {"closed": {"formula": "TODAY()"}}},
            "back": {"label": "退回", "to": "analysis"},
        }),
        stage("won"), stage("lost", set={"closed": {"formula": "TODAY()"}}),
    ],
}  # fmt: skip
CONTRACT = form(
    "contract",
    field("name", required=True),
    field("amount", "number", decimals=2),
    field("state", "select", options=[{"key": k, "label": k} for k in ("draft", "review", "signed")]),
    field("opinion"),
    field("scan", "file"),
    field("owner", "member", default={"formula": "USER()"}),
    title="name", owner="owner",
)  # fmt: skip
REVIEW = flow(
    {"key": "reviewing", "type": "update_record", "set": {"state": "review"}, "next": "legal"},
    {**ask("legal", to="finance", fields={"opinion": "edit"}, label={"zh-CN": "法务审批", "en": "Legal"}),
     "who": [{"type": "role", "role": "legal"}]},
    {**ask("finance", to="large", label={"zh-CN": "财务审批", "en": "Finance"}),
     "who": [{"type": "role", "role": "finance"}]},
    {
        "key": "large", "type": "branch", "otherwise": "signed",
        "arms": [{"key": "yes", "label": "50 万以上", "when": "amount > 500000", "next": "general"}],
    },
    {**ask("general", to="signed"), "who": [{"type": "role", "role": "general"}]},
    {"key": "signed", "type": "update_record", "set": {"state": "signed"}, "next": "end"},
    key="review", form="contract", label={"zh-CN": "合同审批", "en": "Contract review"},
    start={"label": {"zh-CN": "提交审批", "en": "Submit for review"}},
)  # fmt: skip
_ALL = ["view", "create", "edit", "delete", "import"]
OFFICE = app(
    DEAL, CONTRACT, key="shop", flows=[LINE, REVIEW],
    roles=[
        {"key": "seller", "label": "销售", "grants": [
            {"form": each, "actions": ["view", "create", "edit"], "scope": "own"}
            for each in ("deal", "contract")
        ]},
        {"key": "chief", "label": "主管", "grants": [
            {"form": each, "actions": _ALL} for each in ("deal", "contract")
        ]},
        *({"key": key, "label": label} for key, label in (
            ("director", "销售总监"), ("legal", "法务"), ("finance", "财务"), ("general", "总经理"),
        )),
    ],
)  # fmt: skip


def with_flow(*more: Json, contract: Json = CONTRACT) -> bytes:
    """The office with further flows, or another form of contracts."""
    return app(DEAL, contract, key="shop", flows=[LINE, REVIEW, *more], roles=json.loads(OFFICE)["roles"])


def task_of(door: Door) -> Json:
    """Return the only task of a person."""
    (only,) = door.get("/api/tasks")["data"]
    return dict(only)


def press(door: Door, button: str, status: int = 200, **more: Any) -> Any:
    """Press a button of a person's only task."""
    return door.post(f"/api/tasks/{task_of(door)['id']}", {"button": button, **more}, status)


def notices(rest: Rest, user_id: int) -> int:
    """Count what a person was told."""
    with rest.installation.db.read() as conn:
        found = conn.exec_driver_sql(f"SELECT count(*) FROM weft_notice WHERE user_id = {user_id}")
        return int(found.scalar() or 0)


class Browser:
    """Somebody at a screen, without scripts."""

    def __init__(self, rest: Rest, login: str, *roles: str, locale: str = "zh-CN", **profile: Any) -> None:
        self.user_id = rest.add(login, *roles, **profile)
        with rest.installation.db.write() as conn:
            conn.exec_driver_sql(f"UPDATE weft_user SET locale = '{locale}' WHERE id = {self.user_id}")
        self.client, self.csrf = rest.session(self.user_id)
        self.rest, self.html = rest, ""

    def get(self, url: str, status: int = 200) -> str:
        """Open a page."""
        answer = self.client.get(url)
        assert answer.status_code == status, f"{url}: {answer.status_code} {answer.text[:2000]}"
        self.html = unescape(answer.text)
        return self.html

    def post(self, url: str, status: int = 303, **data: Any) -> Any:
        """Post a form with its token."""
        answer = self.client.post(url, data={"csrf": self.csrf, **data})
        assert answer.status_code == status, f"{url}: {answer.status_code} {answer.text[:3000]}"
        self.html = unescape(answer.text) if answer.text else self.html
        return answer

    def request(self) -> str:
        """Return the token of the first form of the last page that has one."""
        found = re.search(r'name="request" value="([^"]+)"', self.html)
        assert found, "no form with a token"
        return found[1]

    def press(self, button: str, status: int = 303, **data: Any) -> Any:
        """Press a button of the task on the last page."""
        found = re.search(r'action="(/tasks/\d+)"', self.html)
        assert found, "no task on the page"
        return self.post(found[1], status, button=button, request=self.request(), **data)

    def buttons(self) -> list[str]:
        """Return what stands on the buttons of the page's main part."""
        main = self.html.partition("<main")[2]
        said = re.findall(r"<(?:button|a)[^>]*class=\"btn[^>]*>(.*?)</(?:button|a)>", main, re.DOTALL)
        return [text for each in said if (text := re.sub(r"<[^>]+>", "", each).strip())]
