"""Lists, records, forms, trash and import with believable content."""

from dataclasses import replace
from typing import Any

from frontend import boards, importing, records
from frontend.activity import ActivityPart
from frontend.views import Action, Cell, Event, Issue, Item, Link, Pager, Section
from tests.web.samples.conditions import Conditions
from tests.web.samples.fields import NAMES, STAGES


class Records(Conditions):
    """Screens over records."""

    def dashboard(self) -> boards.DashboardPage:
        say = self.say
        figures = (boards.Figure("12", "/a/s/order?filter=x"), boards.Figure("50%"))
        rows = tuple(boards.FigureRow((say(*name),), figures, (12.0, 0.5)) for name in NAMES[:3])
        rows += (boards.FigureRow((say("其他", "Others"),), rows[0].figures, rows[0].values, rest=True),)
        measures = (say("数量", "Count"), say("目标", "Target"))
        table = boards.FigureTable((say("名称", "Name"),), measures, rows, rows[0], ("m0", "target"))
        figure = '{"data": [{"type": "bar", "x": ["a"], "y": [1]}], "layout": {}}'
        number = boards.BigNumber(
            boards.Figure("1,234", "/a/s/order"), boards.Figure("1,000"), "+23%",
            up=True, target="2,000", done=62, done_text=say("已完成 62%", "62% done"),
        )  # fmt: skip

        def widget(kind: str, **more: Any) -> boards.WidgetView:
            return boards.WidgetView(
                kind, kind, say("组件", "Widget"), f"/a/s/dashboards/d/{kind}", "table", say("说明", "Help"),
                "--x:1;--y:1;--w:6;--h:4", notes=(say("提示", "Note"),), topics=("form:s.order",), **more,
            )  # fmt: skip

        charts = (
            widget(kind, figure=figure, table=table, summary=say("摘要", "Summary"))
            for kind in ("bar", "column", "line", "pie", "funnel", "leaderboard", "table")
        )
        hidden = replace(widget("bar"), key="hidden", state="forbidden")
        quiet = (hidden, replace(widget("pie"), key="none", state="empty"))
        return boards.DashboardPage(
            say("看板", "Dashboard"), "/a/s/dashboards/d", (widget("number", number=number), *charts, *quiet),
            say("一句话", "A sentence"), updated=say("更新于 12:00", "Updated 12:00"),
        )  # fmt: skip

    def table(self, **more: Any) -> records.TablePage:
        say, people = self.say, self.people()
        fields = (
            self.field("name", "text", ("名称", "Name")),
            self.field("supplier", "relation", ("供应商", "Supplier")),
            self.field("stage", "select", ("阶段", "Stage"), options={"options": self.stages()}),
            self.money("amount", ("金额", "Amount"), None),
            self.field("due", "date", ("交期", "Due")),
            self.field("owner", "member", ("负责人", "Owner")),
            self.field("phone", "phone", ("电话", "Phone")),
        )
        sort = {"amount": "desc"}
        columns = tuple(
            records.Column(field, f"?sort={field.key}", sort.get(field.key, "")) for field in fields
        )
        money = self.formats.money()

        def row(index: int) -> records.Row:
            company, stage = say(*NAMES[index % 5]), STAGES[index % 5]
            title = say(f"备件采购 {index + 1:03}", f"Spare parts {index + 1:03}")
            amount, person = f"{(47 - index) * 26543}.50", people[index % 5]
            day = f"2026-{index % 12 + 1:02}-{index % 27 + 1:02}"
            return records.Row(
                str(index),
                title,
                f"/a/s/order/{index}",
                (
                    Cell(title, title),
                    Cell("9", company, (Item("9", company, "/a/s/supplier/9"),)),
                    Cell(stage[0], stage[1]),
                    Cell(amount, money(amount)) if index % 7 else Cell(),
                    Cell(day, self.formats.day(day)),
                    Cell(person.id, person.name, (Item(person.id, person.name),)),
                    Cell("13800000000", "138 0000 0000") if index % 3 else Cell(masked=True),
                ),
            )

        page = records.TablePage(
            title=say("采购订单", "Purchase orders"),
            url="/a/s/order",
            columns=columns,
            rows=tuple(row(index) for index in range(30)),
            pager=Pager(next="?after=1", last="?last=1", count="10,000+", count_url="?total=exact"),
            new=Action(self.texts.t("ui.table.new"), "/a/s/order/new", icon="plus", style="primary"),
            menu=(
                Action(self.texts.t("ui.table.import"), "/import", icon="file-import"),
                Action(self.texts.t("ui.table.export_xlsx"), "/export.xlsx", icon="file-spreadsheet"),
                Action(self.texts.t("ui.table.trash"), "/trash", icon="trash"),
            ),
            bulk=(
                Action(
                    self.texts.t("ui.common.delete"),
                    "/bulk",
                    "post",
                    "trash",
                    "danger",
                    self.texts.t("ui.record.delete_confirm"),
                    (("action", "delete"),),
                ),
            ),
            builder=self.builder(),
            conditions=(
                records.Condition(say("金额 ≥ 10,000", "Amount ≥ 10,000"), "?"),
                records.Condition(say("阶段 等于任一 已发货、已完成", "Stage is any of Shipped, Done"), "?"),
            ),
            clear_url="?",
            views=(
                Link(say("全部", "All"), "?view=", active=True),
                Link(say("我负责的", "Mine"), "?view=mine"),
                Link(say("本月到期", "Due this month"), "?view=due"),
            ),
            column_choices=tuple(
                records.ColumnChoice(field.key, field.label, chosen=True) for field in fields
            ),
            import_url="/import",
        )
        return replace(page, **more)

    def history(self) -> tuple[Event, ...]:
        people, say, t = self.people(), self.say, self.texts.t
        changes = (
            (say("阶段", "Stage"), say("评审中", "In review"), say("已发货", "Shipped")),
            (say("金额", "Amount"), "", "¥1,234,567.50"),
        )
        return (
            Event(people[1], t("ui.record.changed", count=2), self.moment(minutes=5), changes=changes),
            Event(
                people[2],
                t("ui.record.changed", count=1),
                self.moment(hours=20),
                color="orange",
                icon="restore",
                note=say("来自导入", "By an import"),
            ),
            Event(people[0], t("ui.record.created"), self.moment(days=3), "plus", "green"),
        )

    def record(self) -> records.RecordPage:
        fields = {field.key: field for field in self.every_field()}
        facts = tuple(fields[key] for key in ("stage", "amount", "due", "owner", "score"))
        rest = tuple(
            f for f in fields.values() if f.type not in ("subform", "related", "alike") and f not in facts
        )
        t = self.texts.t
        return records.RecordPage(
            title=fields["name"].text,
            facts=facts,
            sections=(
                Section(self.say("基本信息", "Basics"), rest[:12]),
                Section(self.say("更多", "More"), rest[12:]),
                Section(self.say("明细", "Items"), (fields["items"],)),
            ),
            related=(fields["deliveries"],),
            activity=ActivityPart(self.history(), "/activity", leading=True),
            edit=Action(t("ui.record.edit"), "/edit", icon="pencil", style="primary"),
            actions=(
                Action(self.say("打印", "Print"), "/print", icon="printer"),
                Action(
                    t("ui.record.delete"), "/delete", "post", "trash", "danger", t("ui.record.delete_confirm")
                ),
            ),
            previous_url="/p",
            next_url="/n",
        )

    def form(self, **more: Any) -> records.FormPage:
        fields = tuple(field for field in self.every_field() if field.type not in ("related", "alike"))
        page = records.FormPage(
            title=self.say("编辑采购订单", "Edit purchase order"),
            url="/a/s/order/1/edit",
            sections=(
                Section(
                    self.say("基本信息", "Basics"),
                    fields[:13],
                    self.say("采购部门据此下单。", "Purchasing orders from this."),
                ),
                Section(self.say("更多", "More"), fields[13:-1]),
                Section("", fields[-1:]),
            ),
            cancel_url="/a/s/order/1",
            version="3",
            submit_and_new=True,
        )
        return replace(page, **more)

    def refused_form(self) -> records.FormPage:
        t = self.texts.t
        required, above = t("field.required"), t("field.above_max", max="1,000,000", value="1234567.50")
        fields = tuple(
            replace(field, value="", text="", errors=(required,))
            if field.key == "name"
            else replace(field, errors=(above,))
            if field.key == "amount"
            else field
            for field in self.every_field()[:13]
        )
        issues = (
            Issue(required, "name", self.say("名称", "Name")),
            Issue(above, "amount", self.say("金额", "Amount")),
        )
        return self.form(
            sections=(Section(self.say("基本信息", "Basics"), fields),), issues=issues, conflict_url="/now"
        )

    def trash(self) -> records.TrashPage:
        t = self.texts.t
        rows = tuple(
            records.TrashRow(
                str(n), self.say(f"备件采购 {n}", f"Spare parts {n}"), self.moment(days=n), self.people()[n]
            )
            for n in range(1, 5)
        )
        return records.TrashPage(
            rows, (Action(t("ui.trash.restore_selected"), "/restore", "post", "restore"),), Pager(count="4")
        )

    def importing(self, step: str) -> importing.ImportPage:
        say = self.say
        fields = (
            Item("name", say("名称", "Name")),
            Item("amount", say("金额", "Amount")),
            Item("due", say("交期", "Due")),
        )
        columns = (
            importing.ImportColumn(
                say("订单名称", "Order name"),
                (say("备件采购", "Spare parts"), say("耗材", "Supplies")),
                "name",
            ),
            importing.ImportColumn(say("总价（元）", "Total"), ("1,200", "3,400.5"), "amount"),
            importing.ImportColumn(
                say("到货", "Arrives"),
                ("12/1", "2026.12.8"),
                "due",
                say("2 个日期无法识别", "2 dates cannot be read"),
            ),
            importing.ImportColumn(say("内部备注", "Internal"), ("–",)),
        )
        result = importing.ImportResult(
            18_240,
            1_310,
            420,
            30,
            problems=((17, self.texts.t("field.required")), (203, "12k")),
            errors_url="/errors.xlsx",
            undo=Action(self.texts.t("ui.import.undo"), "/undo", "post", style="danger", confirm="?"),
        )
        return importing.ImportPage(
            step,
            "/a/s/order/import",
            "/a/s/order",
            "/template.xlsx",
            file_name=say("订单.xlsx", "orders.xlsx"),
            row_count=20_000,
            columns=columns,
            fields=fields,
            keys=fields[:1],
            result=result,
            progress=importing.ImportProgress(7_000, 20_000, "/a/s/import/7", "/a/s/import/7/cancel"),
            recent=(
                importing.RecentImport(
                    say("订单.xlsx", "orders.xlsx"),
                    "/a/s/order/import/7",
                    self.moment(hours=3),
                    self.texts.t("screen.import.state.done"),
                ),
            ),
        )
