"""People, departments and one's own account."""

from dataclasses import replace

from frontend import pages
from frontend.views import Action, Item, Link, Pager
from tests.web.samples.records import Records


class People(Records):
    """Screens over people."""

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

    def people_preview(self) -> pages.PeoplePage:
        return replace(self.people_page("bulk"), preview=(("A", "a", "", "", ""), ("B", "b", "", "", "")))
