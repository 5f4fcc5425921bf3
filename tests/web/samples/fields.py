"""A field of every type, filled."""

from decimal import Decimal
from typing import Any

from frontend.views import FieldView, Item, SubRow
from tests.web.samples.house import ZONE, House

STAGES = (
    ("draft", "草稿", "Draft", "gray"),
    ("review", "评审中", "In review", "orange"),
    ("sent", "已发货", "Shipped", "blue"),
    ("done", "已完成", "Done", "green"),
    ("void", "已作废", "Void", "red"),
)
NAMES = (
    ("上海远景设备有限公司", "Vision Equipment Ltd."),
    ("北京清河科技股份有限公司", "Clearwater Technology Inc."),
    ("深圳市南山精密制造有限公司华东分公司", "Nanshan Precision Manufacturing, East China Branch"),
    ("杭州西湖软件", "West Lake Software"),
    ("广州珠江贸易", "Pearl River Trading"),
)


class Fields(House):
    """Fields with values."""

    def stages(self) -> list[dict[str, Any]]:
        return [
            {"key": key, "label": {"zh-CN": zh, "en": en}, "color": color} for key, zh, en, color in STAGES
        ]

    def field(
        self, key: str, kind: str, names: tuple[str, str], value: Any = None, text: str = "", **more: Any
    ) -> FieldView:
        return FieldView(
            key,
            kind,
            self.say(*names),
            value=value,
            text=text or ("" if value is None else str(value)),
            **more,
        )

    def money(self, key: str, names: tuple[str, str], value: str | None, **more: Any) -> FieldView:
        text = self.formats.money("CNY")(Decimal(value)) if value else ""
        return self.field(
            key, "money", names, value, text, options={"currency": "CNY", "decimals": 2}, **more
        )

    def every_field(self) -> tuple[FieldView, ...]:
        """One field of every type, filled."""
        say, field, people = self.say, self.field, self.people()
        at = "2026-11-21T08:00:00Z"
        when = self.formats.date_time(ZONE)(at)
        tags = [say("重点", "Key"), say("加急", "Urgent")]
        member = (Item("2", people[1].name, "/people/2"),)
        company = (Item("9", say(*NAMES[0]), "/a/s/supplier/9"),)
        many = self.stages() + [
            {"key": f"more{n}", "label": f"{say('选项', 'Option')} {n}", "color": None} for n in range(9)
        ]
        return (
            field(
                "name",
                "text",
                ("名称", "Name"),
                say("三号线备件采购", "Spare parts for line 3"),
                required=True,
                width=6,
                help=say("写清楚用途，方便以后查找。", "Say what it is for, so that it is found again."),
            ),
            field(
                "level",
                "select",
                ("优先级", "Priority"),
                "review",
                options={"options": self.stages()},
                width=3,
                required=True,
            ),
            field("stage", "select", ("阶段", "Stage"), "sent", options={"options": many}, width=3),
            self.money("amount", ("金额", "Amount"), "1234567.50", width=4),
            field(
                "weight", "number", ("重量", "Weight"), "1250.5", "1,250.5", options={"unit": "kg"}, width=4
            ),
            field("rate", "percent", ("折扣", "Discount"), "12.5", "12.5%", width=4),
            field("margin", "formula", ("毛利", "Margin"), "8", "8.00", read_only=True, width=4),
            field(
                "trade", "lookup", ("行业", "Trade"), "steel", say("钢铁", "Steel"), read_only=True, width=4
            ),
            field("total", "rollup", ("合计", "Total"), "12", "12.00", read_only=True, width=4),
            field("due", "date", ("交期", "Due"), "2026-12-01", self.formats.day("2026-12-01"), width=4),
            field(
                "visit",
                "datetime",
                ("预约时间", "Appointment"),
                at,
                when,
                options={"local": "2026-11-21T16:00"},
                width=4,
            ),
            field("opens", "time", ("收货时间", "Receiving time"), "09:30", "09:30", width=4),
            field(
                "owner",
                "member",
                ("负责人", "Owner"),
                "2",
                people[1].name,
                items=member,
                options={"lookup_url": "/x"},
                width=4,
            ),
            field(
                "helpers",
                "members",
                ("协作人", "Helpers"),
                ["2", "3"],
                "",
                width=4,
                options={"lookup_url": "/x"},
                items=(*member, Item("3", people[2].name)),
            ),
            field(
                "department",
                "department",
                ("部门", "Department"),
                "7",
                say("华东区", "East"),
                width=4,
                items=(Item("7", say("华东区", "East")),),
            ),
            field(
                "supplier", "relation", ("供应商", "Supplier"), "9", say(*NAMES[0]), items=company, width=6
            ),
            field(
                "others",
                "relations",
                ("备选供应商", "Alternatives"),
                ["9"],
                say(*NAMES[0]),
                items=company,
                width=6,
            ),
            field(
                "channels",
                "multi_select",
                ("渠道", "Channels"),
                ["draft", "done"],
                options={"options": self.stages()},
            ),
            field("tags", "tags", ("标签", "Tags"), tags, "、".join(tags), width=6),
            field("score", "rating", ("评分", "Rating"), 4, "4", options={"max": 5}, width=3),
            field("paid", "checkbox", ("已付款", "Paid"), True, width=3),
            field("email", "email", ("邮箱", "Email"), "mia@example.com", width=4),
            field("phone", "phone", ("电话", "Phone"), "+86 138 0000 0000", width=4),
            field("site", "url", ("网址", "Website"), "https://example.com/a", width=4),
            field(
                "files",
                "file",
                ("附件", "Files"),
                ["f1"],
                say("报价单.pdf", "Quote.pdf"),
                width=6,
                items=(Item("f1", say("报价单.pdf", "Quote.pdf"), "/files/f1", note="1.2 MB"),),
                options={"upload_url": "/x"},
            ),
            field(
                "photos",
                "image",
                ("照片", "Photos"),
                ["f2"],
                "a.png",
                width=6,
                items=(Item("f2", "a.png", "/files/f2", image="/static/favicon.svg"),),
            ),
            field(
                "area",
                "region",
                ("地区", "Area"),
                "330106",
                say("浙江省 / 杭州市 / 西湖区", "Zhejiang / Hangzhou / Xihu District"),
                width=6,
            ),
            field("place", "location", ("位置", "Place"), "31.230400,121.473700", width=6),
            field(
                "signed",
                "signature",
                ("签名", "Signature"),
                ["f3"],
                "s.png",
                width=6,
                items=(Item("f3", "s.png", "/files/f3", image="/static/favicon.svg"),),
            ),
            field("terms", "rich_text", ("条款", "Terms"), say("**三十天**内付款", "**30 days** net")),
            field(
                "note",
                "long_text",
                ("备注", "Note"),
                say(
                    "第一批十一月底到货。\n第二批等通知。",
                    "First batch at the end of November.\nSecond on call.",
                ),
            ),
            field("number", "serial", ("编号", "Number"), "PO-2026-0042", width=3, read_only=True),
            field("_id", "record_id", ("数据编号", "Record id"), "7301", width=3, read_only=True),
            field(
                "_created_by",
                "created_by",
                ("创建人", "Created by"),
                "1",
                people[0].name,
                width=3,
                read_only=True,
                items=(Item("1", people[0].name),),
            ),
            field("_created_at", "created_at", ("创建时间", "Created"), at, when, width=3, read_only=True),
            field(
                "_updated_by",
                "updated_by",
                ("修改人", "Updated by"),
                "2",
                people[1].name,
                width=3,
                read_only=True,
                items=member,
            ),
            field("_updated_at", "updated_at", ("修改时间", "Updated"), at, when, width=3, read_only=True),
            field("cost", "money", ("成本", "Cost"), None, masked=True, width=3),
            self.items(),
            self.related(),
            self.field("alike", "alike", ("同类记录", "Others of the same"), None, "2"),
        )

    def items(self) -> FieldView:
        def row(number: str, name: str, qty: str, price: str) -> SubRow:
            return SubRow(
                number,
                (
                    self.field(
                        "product",
                        "relation",
                        ("产品", "Product"),
                        number,
                        name,
                        items=(Item(number, name),),
                        options={"lookup_url": "/x"},
                    ),
                    self.field("qty", "number", ("数量", "Qty"), qty, qty),
                    self.money("price", ("单价", "Price"), price),
                ),
            )

        say = self.say
        blank = (
            self.field(
                "product", "relation", ("产品", "Product"), required=True, options={"lookup_url": "/x"}
            ),
            self.field("qty", "number", ("数量", "Qty"), required=True),
            self.money("price", ("单价", "Price"), None),
        )
        rows = (
            row("1", say("轴承 6204", "Bearing 6204"), "200", "12.50"),
            row("2", say("传动带", "Drive belt"), "35", "88.00"),
        )
        return self.field("items", "subform", ("明细", "Items"), [{}, {}], "2", columns=blank, rows=rows)

    def related(self) -> FieldView:
        def row(index: int) -> SubRow:
            return SubRow(
                str(index),
                (
                    self.field("number", "serial", ("编号", "Number"), f"D-{index:04}"),
                    self.field(
                        "due",
                        "date",
                        ("日期", "Date"),
                        "2026-11-0" + str(index),
                        self.formats.day(f"2026-11-0{index}"),
                    ),
                    self.money("amount", ("金额", "Amount"), f"{index * 1300}.00"),
                    self.field(
                        "stage",
                        "select",
                        ("状态", "Status"),
                        STAGES[index % 5][0],
                        options={"options": self.stages()},
                    ),
                ),
                url=f"/a/s/delivery/{index}",
            )

        rows = tuple(row(index) for index in range(1, 4))
        return self.field(
            "deliveries",
            "related",
            ("发货单", "Deliveries"),
            ["1"],
            "3",
            columns=rows[0].fields,
            rows=rows,
            options={"new_url": "/new", "all_url": "/all"},
        )
