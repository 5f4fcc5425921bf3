"""The company that uses the demo: departments with their heads, and one person for every role."""

from typing import Any

# key, name, English name, parent, head
_DEPARTMENTS = (
    ("office", "总经办", "General Office", None, "chen.jianguo"),
    ("sales", "销售中心", "Sales Centre", None, "zhao.minghui"),
    ("sales_east", "华东销售部", "Sales East", "sales", "sun.lifeng"),
    ("sales_south", "华南销售部", "Sales South", "sales", "huang.jiamin"),
    ("sales_north", "华北销售部", "Sales North", "sales", "liu.zhendong"),
    ("marketing", "市场部", "Marketing", None, "zhou.xinyi"),
    ("delivery", "项目部", "Projects", None, "xu.mingyuan"),
    ("finance", "财务部", "Finance", None, "wu.xiulan"),
    ("service", "客服部", "Customer Service", None, "gao.yaqin"),
)

# login, name, title, English title, department, manager, role
_PEOPLE = (
    ("chen.jianguo", "陈建国", "总经理", "General manager", "office", None, "executive"),
    ("zhao.minghui", "赵明慧", "销售总监", "Sales director", "sales", "chen.jianguo", "sales_director"),
    (
        "sun.lifeng",
        "孙立峰",
        "华东销售主管",
        "Sales manager, East",
        "sales_east",
        "zhao.minghui",
        "sales_manager",
    ),
    ("lin.xiaowen", "林晓雯", "华东销售", "Salesperson, East", "sales_east", "sun.lifeng", "sales"),
    ("wang.haoran", "王浩然", "华东销售", "Salesperson, East", "sales_east", "sun.lifeng", "sales"),
    (
        "huang.jiamin",
        "黄嘉敏",
        "华南销售主管",
        "Sales manager, South",
        "sales_south",
        "zhao.minghui",
        "sales_manager",
    ),
    ("liang.zijun", "梁子俊", "华南销售", "Salesperson, South", "sales_south", "huang.jiamin", "sales"),
    ("he.siqi", "何思琪", "华南销售", "Salesperson, South", "sales_south", "huang.jiamin", "sales"),
    (
        "liu.zhendong",
        "刘振东",
        "华北销售主管",
        "Sales manager, North",
        "sales_north",
        "zhao.minghui",
        "sales_manager",
    ),
    ("zhang.yuqing", "张雨晴", "华北销售", "Salesperson, North", "sales_north", "liu.zhendong", "sales"),
    ("ma.wenbo", "马文博", "华北销售", "Salesperson, North", "sales_north", "liu.zhendong", "sales"),
    ("zhou.xinyi", "周欣怡", "市场经理", "Marketing manager", "marketing", "chen.jianguo", "marketing"),
    ("wu.xiulan", "吴秀兰", "财务经理", "Finance manager", "finance", "chen.jianguo", "finance"),
    ("zheng.kai", "郑凯", "法务", "Legal counsel", "office", "chen.jianguo", "legal"),
    ("xu.mingyuan", "徐明远", "项目经理", "Project manager", "delivery", "chen.jianguo", "project_manager"),
    ("gao.yaqin", "高雅琴", "服务总监", "Service director", "service", "chen.jianguo", "service_director"),
    ("luo.zhiwei", "罗志伟", "服务工程师", "Service engineer", "service", "gao.yaqin", "service"),
    ("shen.yifan", "沈一凡", "搭建者", "Application designer", "office", "chen.jianguo", "designer"),
    ("tang.guoqing", "唐国庆", "系统管理员", "Administrator", "office", "chen.jianguo", "admin"),
)

# Who holds a role holds these too; the salespeople of a department get its new leads.
_MORE = {"sales_director": "sales_manager", "service_director": "service"}

# Who looks after the customers of a region; there is no sales department for each of them.
SELLERS = {
    "east": ("lin.xiaowen", "wang.haoran", "lin.xiaowen", "wang.haoran", "sun.lifeng"),
    "south": ("liang.zijun", "he.siqi", "liang.zijun", "he.siqi", "huang.jiamin"),
    "central": ("liang.zijun", "he.siqi"),
    "west": ("he.siqi", "liang.zijun"),
    "north": ("zhang.yuqing", "ma.wenbo", "zhang.yuqing", "ma.wenbo", "liu.zhendong"),
    "northeast": ("zhang.yuqing", "ma.wenbo"),
}
DEPARTMENT_OF = {login: department for login, _, _, _, department, _, _ in _PEOPLE}


def departments() -> list[dict[str, Any]]:
    """Return the departments, parents before children."""
    names = ("key", "name", "name_en", "parent", "head")
    return [dict(zip(names, each, strict=True)) for each in _DEPARTMENTS]


def people() -> list[dict[str, Any]]:
    """Return the people, managers before those who report to them."""
    return [
        {
            "login": login,
            "name": name,
            "name_en": " ".join(part.title() for part in reversed(login.split("."))),
            "title": {"zh-CN": title, "en": title_en},
            "department": department,
            "manager": manager,
            "roles": [role, *([_MORE[role]] if role in _MORE else [department] if role == "sales" else [])],
            "admin": role == "admin",
        }
        for login, name, title, title_en, department, manager, role in _PEOPLE
    ]
