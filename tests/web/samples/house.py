"""The house around every sample screen, in either language."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from frontend.formats import Formats, Moment
from frontend.texts import Texts
from frontend.views import AppCard, Link, NavGroup, Person, Shell

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
ZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class House:
    """Says and shows things in one language."""

    texts: Texts

    @property
    def formats(self) -> Formats:
        return Formats(self.texts)

    def say(self, chinese: str, english: str) -> str:
        return chinese if self.texts.locale == "zh-CN" else english

    def moment(self, **ago: float) -> Moment:
        return self.formats.moment(ZONE, NOW)(NOW - timedelta(**ago))

    def people(self) -> tuple[Person, ...]:
        rows = (
            ("1", "王小明", "Mia Wong", "销售经理", "Sales manager", "华东区", "East"),
            ("2", "李雷", "Leo Lee", "销售代表", "Sales representative", "华东区", "East"),
            ("3", "韩梅梅", "Hannah May", "销售代表", "Sales representative", "华南区", "South"),
            ("4", "赵敏", "Amy Zhao", "管理员", "Administrator", "总部", "Head office"),
            ("5", "陈思远", "Simon Chen", "财务", "Finance", "总部", "Head office"),
        )
        return tuple(
            Person(
                row[0],
                self.say(row[1], row[2]),
                f"person{row[0]}",
                self.say(row[3], row[4]),
                self.say(row[5], row[6]),
                url=f"/people/{row[0]}",
            )
            for row in rows
        )

    def apps(self) -> tuple[AppCard, ...]:
        say = self.say
        return (
            AppCard(
                "s",
                say("订单管理", "Orders"),
                "/a/s",
                "shopping-cart",
                "indigo",
                say("从询价到发货的全过程", "From the first question to delivery"),
                active=True,
            ),
            AppCard(
                "p",
                say("项目跟踪", "Projects"),
                "/a/p",
                "checklist",
                "teal",
                say("任务、里程碑与工时", "Tasks, milestones and hours"),
            ),
            AppCard(
                "a",
                say("固定资产", "Assets"),
                "/a/a",
                "box",
                "orange",
                say("领用、盘点与维修", "Handed out, counted, repaired"),
            ),
            AppCard(
                "h",
                say("人事", "Staff"),
                "/a/h",
                "users",
                "pink",
                say("入职、请假与考核", "Joining, leave and reviews"),
            ),
        )

    def shell(self, *crumbs: Link, active: int = 0, app: bool = True) -> Shell:
        say = self.say
        names = (
            ("订单", "Orders", "shopping-cart", "12"),
            ("产品", "Products", "package", ""),
            ("供应商", "Suppliers", "truck", ""),
            ("回款计划", "Payment plans", "cash", "3"),
        )
        links = tuple(
            Link(say(chinese, english), f"/a/s/{index}", icon, index == active, count)
            for index, (chinese, english, icon, count) in enumerate(names)
        )
        more = (
            Link(say("销售目标", "Targets"), "/a/s/t", "target"),
            Link(say("资料库", "Library"), "/a/s/l", "book"),
        )
        house = (
            Link(self.texts.t("ui.shell.home"), "/", "home", True),
            Link(self.texts.t("ui.shell.people"), "/people", "users"),
        )
        return Shell(
            site=say("经纬搭", "Weftwright"),
            csrf="token",
            path="/a/s/order",
            user=self.people()[0],
            app=self.apps()[0] if app else None,
            apps=self.apps(),
            nav=(NavGroup("", links), NavGroup(say("管理", "Manage"), more))
            if app
            else (NavGroup("", house),),
            menu=(
                Link(self.texts.t("ui.shell.profile"), "/profile", "user-circle"),
                Link(self.texts.t("ui.shell.people"), "/people", "users"),
            ),
            crumbs=crumbs,
            search_url="/a/s/search" if app else "",
        )
