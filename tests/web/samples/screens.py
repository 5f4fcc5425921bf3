"""Every screen there is, one entry per look it can have."""

from dataclasses import replace
from typing import Any

from frontend import pages
from frontend.texts import Texts
from frontend.views import Action, Flash, Issue, Item, Link, Pager
from tests.web.samples.records import Records


class Samples(Records):
    """All of them."""

    def people_page(self, tab: str) -> pages.PeoplePage:
        say, t = self.say, self.texts.t
        tree = (
            pages.TreeNode(
                t("ui.people.all_people"),
                "/people",
                active=True,
                count="42",
                children=(
                    pages.TreeNode(say("总部", "Head office"), "/people?department=1", count="8"),
                    pages.TreeNode(
                        say("销售部", "Sales"),
                        "/people?department=2",
                        count="30",
                        children=(
                            pages.TreeNode(say("华东区", "East"), "/people?department=3", count="18"),
                            pages.TreeNode(say("华南区", "South"), "/people?department=4", count="12"),
                        ),
                    ),
                ),
            ),
        )
        roles = (say("销售", "Sales"), say("主管", "Head"))
        rows = tuple(
            pages.PersonRow(
                person,
                phone=f"1380000000{n}",
                roles=roles[: n % 3],
                active=n != 3,
                last_seen=self.moment(hours=n * 7) if n != 2 else None,
            )
            for n, person in enumerate(self.people())
        )
        departments = (Item("1", say("总部", "Head office")), Item("3", say("华东区", "East")))
        revoke = Action(t("ui.people.invite_revoke"), "/revoke", "post", style="danger")
        invitation = pages.Invitation(
            "https://weft.example.com/join/4bX9-k2Qm",
            say("华东区", "East"),
            roles[0],
            self.moment(days=-6),
            3,
            revoke,
        )
        return pages.PeoplePage(
            tab=tab,
            tabs=tuple(
                Link(t(f"ui.people.tab_{name}"), f"?tab={name}", active=name == tab)
                for name in ("people", "bulk", "invites", "roles")
            ),
            tree=tree,
            rows=rows,
            pager=Pager(count="42", next="?"),
            new=Action(t("ui.people.add_person"), "/people/new", icon="user-plus", style="primary"),
            departments=departments,
            roles=(Item("s/sales", roles[0]),),
            invitations=(invitation,),
            role_rows=(
                pages.RoleRow(
                    say("订单管理", "Orders"), roles[0], say("自己的数据", "Own records"), self.people(), "/r"
                ),
            ),
        )

    def person_page(self) -> pages.PersonPage:
        say, person = self.say, self.people()[1]
        roles = (
            Item("s/sales", say("销售", "Sales")),
            Item("s/head", say("主管", "Head")),
            Item("s/admin", say("管理员", "Administrator")),
        )
        values = {
            "name": person.name,
            "account": person.account,
            "email": "leo@example.com",
            "department": "3",
            "job": person.title,
        }
        return pages.PersonPage(
            person.name,
            "/people/2",
            person,
            values,
            (Item("3", say("华东区", "East")),),
            (pages.RoleChoice(say("订单管理", "Orders"), roles, frozenset({"s/sales"})),),
            actions=(Action(self.texts.t("ui.people.deactivate"), "/off", "post", "lock", "danger", "?"),),
        )

    def profile_page(self) -> pages.ProfilePage:
        revoke = Action(self.texts.t("ui.profile.key_revoke"), "/revoke", "post", style="danger", confirm="?")
        key = pages.ApiKey(
            self.say("每日报表", "Daily report"),
            "weft_4bX9…",
            self.moment(days=40),
            revoke,
            self.moment(hours=3),
        )
        return pages.ProfilePage(self.people()[0], keys=(key,), secret="weft_4bX9k2QmZp7TtW")

    def sign_in(self, *, demo: bool) -> pages.SignInPage:
        people = self.people()
        groups = (
            pages.DemoGroup(self.say("华东区", "East"), people[:3]),
            pages.DemoGroup(self.say("总部", "Head office"), people[3:]),
        )
        return pages.SignInPage(demo=groups if demo else ())

    def screens(self) -> dict[str, tuple[str, dict[str, Any]]]:
        """Name to template and context, one entry per look a page can have."""
        crumbs = (Link(self.say("订单管理", "Orders"), "/a/s"),)
        house, shell = self.shell(app=False), self.shell(*crumbs)
        bare = replace(house, user=None)
        flashed = replace(
            shell,
            flashes=(
                Flash(self.say("已保存", "Saved"), action=Action(self.say("撤销", "Undo"), "/undo", "post")),
            ),
        )
        noticed = replace(
            shell, notice=self.say("演示数据，每天凌晨恢复。", "Sample data, restored every night.")
        )
        empty = {"rows": (), "conditions": (), "pager": Pager(count="0")}
        return {
            "sign_in": ("pages/sign_in.html", {"shell": bare, "page": self.sign_in(demo=False)}),
            "sign_in_demo": ("pages/sign_in.html", {"shell": bare, "page": self.sign_in(demo=True)}),
            "setup": (
                "pages/setup.html",
                {
                    "shell": bare,
                    "page": pages.SetupPage(
                        issues=(
                            Issue(
                                self.texts.t("password.too_short", min=10),
                                "password",
                                self.texts.t("ui.setup.password"),
                            ),
                        )
                    ),
                },
            ),
            "launcher": ("pages/launcher.html", {"shell": house, "page": pages.LauncherPage(self.apps())}),
            "launcher_empty": ("pages/launcher.html", {"shell": house, "page": pages.LauncherPage(())}),
            "error_404": ("pages/error.html", {"shell": shell, "page": pages.ErrorPage(404)}),
            "error_500": ("pages/error.html", {"page": pages.ErrorPage(500, "a1b2c3", retry_url="/again")}),
            "table": ("runtime/table.html", {"shell": noticed, "page": self.table()}),
            "table_empty": ("runtime/table.html", {"shell": shell, "page": self.table(**empty)}),
            "table_nothing": (
                "runtime/table.html",
                {"shell": shell, "page": self.table(**empty | {"search": "zzz"})},
            ),
            "record": ("runtime/record.html", {"shell": flashed, "page": self.record()}),
            "form": ("runtime/form.html", {"shell": shell, "page": self.form()}),
            "form_refused": ("runtime/form.html", {"shell": shell, "page": self.refused_form()}),
            "trash": ("runtime/trash.html", {"shell": shell, "page": self.trash()}),
            "trash_empty": ("runtime/trash.html", {"shell": shell, "page": replace(self.trash(), rows=())}),
            "import_upload": ("runtime/import.html", {"shell": shell, "page": self.importing("upload")}),
            "import_map": ("runtime/import.html", {"shell": shell, "page": self.importing("map")}),
            "import_done": ("runtime/import.html", {"shell": shell, "page": self.importing("done")}),
            "people": ("pages/people.html", {"shell": house, "page": self.people_page("people")}),
            "people_bulk": ("pages/people.html", {"shell": house, "page": self.people_page("bulk")}),
            "people_preview": (
                "pages/people.html",
                {
                    "shell": house,
                    "page": replace(
                        self.people_page("bulk"), preview=(("A", "a", "", "", ""), ("B", "b", "", "", ""))
                    ),
                },
            ),
            "people_invites": ("pages/people.html", {"shell": house, "page": self.people_page("invites")}),
            "people_roles": ("pages/people.html", {"shell": house, "page": self.people_page("roles")}),
            "person": ("pages/person.html", {"shell": house, "page": self.person_page()}),
            "profile": ("pages/profile.html", {"shell": house, "page": self.profile_page()}),
        }


def samples(locale: str) -> Samples:
    return Samples(Texts(locale))
