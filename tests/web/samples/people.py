"""People, departments and one's own account."""

from dataclasses import replace
from typing import Any

from frontend import pages
from frontend.views import Action, FieldView, Issue, Item, Link, Pager
from tests.web.samples.records import Records


class People(Records):
    """Screens over people."""

    def people_tabs(self, tab: str) -> tuple[Link, ...]:
        names = ("people", "bulk", "invites", "roles")
        return tuple(
            Link(self.texts.t(f"ui.people.tab_{name}"), f"/people/{name}", active=name == tab)
            for name in names
        )

    def somebody(self, name: str, label: str, *errors: str) -> FieldView:
        choices = [{"id": each.id, "text": each.name} for each in self.people()]
        options = {"lookup_url": "/x", "choices": choices}
        return FieldView(name, "member", self.texts.t(label), width=6, options=options, errors=errors)

    def departments(self) -> tuple[Item, ...]:
        return Item("1", self.say("总部", "Head office")), Item("3", self.say("华东区", "East"))

    def tree(self) -> tuple[pages.TreeNode, ...]:
        def node(number: int, names: tuple[str, str], count: str, *below: pages.TreeNode) -> pages.TreeNode:
            url = f"/people?department={number}"
            return pages.TreeNode(self.say(*names), url, number == 2, count, below)

        east, south = node(3, ("华东区", "East"), "18"), node(4, ("华南区", "South"), "12")
        top = node(1, ("总部", "Head office"), "8"), node(2, ("销售部", "Sales"), "30", east, south)
        return (pages.TreeNode(self.texts.t("ui.people.all_people"), "/people", count="42", children=top),)

    def chosen_department(self) -> pages.DepartmentForm:
        t = self.texts.t
        taken = t("department.name_taken", value=self.say("华东区", "East"))
        return pages.DepartmentForm(
            "/people/departments/2",
            self.say("销售部", "Sales"),
            "1",
            self.departments(),
            self.somebody("head", "ui.people.head"),
            (
                Action(t("ui.people.move_up"), "/move", "post", "arrow-up"),
                Action(t("ui.common.delete"), "/delete", "post", "trash", "danger", "?"),
            ),
            (Issue(taken, "change_name", t("ui.people.department_name")),),
        )

    def people_page(self, **changes: Any) -> pages.PeoplePage:
        t = self.texts.t
        roles = (self.say("销售", "Sales"), self.say("主管", "Head"))
        rows = tuple(
            pages.PersonRow(
                person, phone=f"1380000000{n}", roles=roles[: n % 3], active=n != 3, joined=n != 2
            )
            for n, person in enumerate(self.people())
        )
        page = pages.PeoplePage(
            self.people_tabs("people"),
            self.tree(),
            pages.DepartmentForm("/people/departments", parents=self.departments()),
            self.chosen_department(),
            department="2",
            title=self.say("销售部", "Sales"),
            rows=rows,
            pager=Pager(count="42", next="?"),
            new=Action(t("ui.people.add_person"), "/people/new", icon="user-plus", style="primary"),
        )
        return replace(page, **changes)

    def people_empty(self) -> pages.PeoplePage:
        return self.people_page(rows=(), chosen=None, pager=Pager(count="0"))

    def bulk_page(self, *, refused: bool = False) -> pages.PeopleBulkPage:
        t, names = self.texts.t, ("name", "account", "email", "phone", "department", "manager", "roles")
        wrong = (t("person.account_taken", value="leo"),) if refused else ()
        rows = []
        for n, person in enumerate(self.people(), 2):
            account = pages.BulkCell(person.account, wrong if n == 2 else ())
            rows.append(
                pages.BulkRow(str(n), (pages.BulkCell(person.name), account, *[pages.BulkCell("")] * 5))
            )
        told = (
            t("ui.people.line_says", line="2", column=t("ui.people.account"), text=each) for each in wrong
        )
        return pages.PeopleBulkPage(
            self.people_tabs("bulk"),
            text="a\tb",
            columns=tuple(t(f"ui.people.{name}") for name in names),
            rows=tuple(rows),
            issues=tuple(map(Issue, told)),
            note=t("ui.people.ignored_columns", names=self.say("工号", "No.")),
        )

    def invitations_page(self) -> pages.InvitationsPage:
        t, people = self.texts.t, self.people()
        address = "https://weft.example.com/join/4bX9k2Qm_4bX9k2Qm4bX9k2Qm4bX9k2Qm4bX9k2QmX"
        link = Action(t("ui.people.new_link"), "/link", "post", "link")
        revoke = Action(t("ui.people.invite_revoke"), "/revoke", "post", style="danger")
        return pages.InvitationsPage(
            self.people_tabs("invites"),
            tuple(pages.JoinLink(person, address, "4bX9k2Qm") for person in people[:2]),
            (
                pages.WaitingRow(people[0], self.moment(days=-6), (link, revoke)),
                pages.WaitingRow(people[2], None, (link,)),
            ),
            (Action(t("ui.people.new_links", count=2), "/people/invitations", "post", "link"),),
            note=t("ui.people.links_address", url="http://127.0.0.1:8000"),
        )

    def role_row(self) -> pages.RoleRow:
        return pages.RoleRow(self.say("订单管理", "Orders"), self.say("销售", "Sales"), self.people(), "/r")

    def roles_page(self) -> pages.RolesPage:
        return pages.RolesPage(self.people_tabs("roles"), (self.role_row(),))

    def role_page(self) -> pages.RolePage:
        add = self.somebody("add", "ui.people.add_member")
        return pages.RolePage(self.role_row(), add, self.people_tabs("roles"))

    def person_page(self) -> pages.PersonPage:
        say, t, person = self.say, self.texts.t, self.people()[1]
        roles = (
            Item("s/sales", say("销售", "Sales")),
            Item("s/head", say("主管", "Head")),
            Item("s/admin", say("管理员", "Administrator")),
        )
        cycle = t("person.manager_cycle")
        return pages.PersonPage(
            person.name,
            "/people/2",
            self.somebody("manager", "ui.people.manager", cycle),
            person,
            {"name": person.name, "account": person.account, "email": "leo@example.com", "department": "3"},
            self.departments(),
            (pages.RoleChoice(say("订单管理", "Orders"), roles, frozenset({"s/sales"})),),
            active=False,
            issues=(Issue(cycle, "manager", t("ui.people.manager")),),
            actions=(Action(t("ui.people.deactivate"), "/off", "post", "lock", "danger", "?"),),
        )

    def leaving_page(self) -> pages.LeavingPage:
        person, to = self.people()[1], self.somebody("to", "ui.people.leave_to")
        title = self.texts.t("ui.people.leave_title", name=person.name)
        return pages.LeavingPage(title, "/people/2/deactivate", "/people/2", person.name, 3, to)

    def profile_page(self) -> pages.ProfilePage:
        t = self.texts.t
        revoke = Action(t("ui.profile.key_revoke"), "/revoke", "post", style="danger", confirm="?")
        key = pages.ApiKey(self.say("每日报表", "Daily report"), "…W8xQ", self.moment(days=40), revoke)
        end = Action(t("ui.profile.end_sessions"), "/profile/sessions/end", "post", "logout")
        required = Issue(t("field.required"), "name", t("ui.profile.key_name"))
        return pages.ProfilePage(
            self.people()[0], end, keys=(key,), secret="weft_4bX9k2QmZp7TtW", key_issues=(required,)
        )
