"""What every page of the designer begins with: the draft, its problems, where things stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from builder.drafting.drafts import DesignDraft, Drafts
from builder.drafting.following import today
from builder.drafting.places import locate, value_at
from builder.drafting.reading import app_of, issues_of
from builder.drafting.web import drafts_of
from engines.store.remarks import Remark, remarks
from frontend.design import DraftBar, Problem
from frontend.texts import Texts
from frontend.views import Action, Link, NavGroup
from runtime.screens.shell import texts_of
from runtime.web.call import Call
from runtime.web.errors import text_of
from schemas.elements import App
from schemas.errors import Issue, NotFound
from schemas.formulas import formulas
from schemas.problems import pointer as written

Json = dict[str, Any]
# What an app has besides forms, and how it is drawn.
LISTS = {
    "flows": "arrows-split-2", "rules": "bolt", "dashboards": "chart-bar", "publics": "world",
    "roles": "shield", "menu": "menu-2", "tests": "test-pipe", "modules": "puzzle", "help": "help",
}  # fmt: skip


def about_of(page: str, base: str) -> str:
    """Return the place that a page of the designer shows; blank for the app itself."""
    parts = urlsplit(page)
    at = dict(parse_qsl(parts.query)).get("at", "")
    place = parts.path.removeprefix(f"{base}/")
    if place.startswith("forms/") and place.count("/") == 1:
        return part_of(place, at)
    if place in {"element", "remarks"}:
        return at.strip("/")
    return place if place.startswith("dashboards/") and place.count("/") == 1 else ""


def part_of(form: str, at: str) -> str:
    """Return the place of what is chosen on the canvas of a form: a field, or a section or tab."""
    return f"{form}/{at}" if at.startswith("layout/") else f"{form}/fields/{at}" if at else form


def chosen_in(form: str, place: str) -> str:
    """Return how the canvas of a form calls a place; blank for what is no field, section or tab of it."""
    match place.removeprefix(f"{form}/").split("/"):
        case ["fields", field]:
            return field
        case ["layout", "sections" | "tabs" as kind, key]:
            return f"layout/{kind}/{key}"
    return ""


def _labels(said: Any) -> Iterator[tuple[str, Any]]:
    """Yield key and label of every element below."""
    if isinstance(said, dict):
        if "label" in said and isinstance(said.get("key"), str):
            yield said["key"], said["label"]
        said = list(said.values())
    if isinstance(said, list):
        for each in said:
            yield from _labels(each)


@dataclass(eq=False)
class Desk:
    """One request of a designer."""

    call: Call

    @property
    def base(self) -> str:
        """Return the address of the app's overview."""
        return f"/design/{self.call.app.key}"

    @cached_property
    def texts(self) -> Texts:
        """Return the texts in the designer's language."""
        return texts_of(self.call)

    @property
    def drafts(self) -> Drafts:
        """Return the drafts of the installation."""
        return drafts_of(self.call)

    @cached_property
    def draft(self) -> DesignDraft:
        """Return the draft as it stands."""
        return self.drafts.read(self.call.conn, self.call.app)

    @cached_property
    def issues(self) -> tuple[Issue, ...]:
        """Return everything that stands in the way of publishing."""
        return issues_of(self.call.installation.grammar, self.draft.document)

    @cached_property
    def reads(self) -> App | None:
        """Return the draft as the grammar reads it, names may lead nowhere; None for what cannot be read."""
        return app_of(self.call.installation.grammar, self.draft.document)

    def problems(self) -> Iterator[Problem]:
        """Yield the problems as sentences, each with the way to where it is put right."""
        for each in self.issues:
            name = each.params.get("name")
            known = {"name": self.called[name]} if isinstance(name, str) and name in self.called else {}
            text = text_of(self.texts, each.code, {**each.params, **known})
            place, named = self.place_of(each.path)
            yield Problem(text, named, self.formula_url(each.path) or self.url_of(place))

    @cached_property
    def called(self) -> dict[str, str]:
        """Return what people call elements of the draft, by keys that mean one thing."""
        found: dict[str, set[str]] = {}
        for key, label in _labels(self.draft.document):
            found.setdefault(key, set()).add(self.texts.label(label))
        return {key: label for key, labels in found.items() if len(labels) == 1 for label in labels}

    @cached_property
    def placed(self) -> tuple[tuple[Problem, str], ...]:
        """Return the problems, each with the pointer to what is wrong."""
        return tuple(zip(self.problems(), (each.path for each in self.issues), strict=True))

    @cached_property
    def remarks(self) -> dict[str, list[Remark]]:
        """Return what was said and is open, by where its element stands now; of one that is no more, then."""
        found: dict[str, list[Remark]] = {}
        for each in remarks(self.call.conn, self.call.app.key):
            place = today(self.draft.document, each.place)
            found.setdefault(each.place if place is None else place, []).append(each)
        return found

    def element_url(self, place: str) -> str:
        """Return the page of the element, or the list of elements, at a place."""
        return f"{self.base}/element?at={quote(place)}"

    def place_of(self, pointer: str) -> tuple[str, str]:
        """Return the element a JSON pointer stands in, as a place and as people call it."""
        here: Any = self.draft.document
        parts: list[str] = []
        named: list[str] = []
        keyed = 0
        for part in pointer.split("/")[1:]:
            step: str | int = int(part) if isinstance(here, list) and part.isdecimal() else part
            try:
                here = here[step]
            except (KeyError, IndexError, TypeError):
                break
            element = isinstance(step, int) and isinstance(here, dict) and "key" in here
            parts.append(str(here["key"]) if element else part)
            if element:
                keyed = len(parts)
                named.append(self.texts.label(here.get("label")))
        return "/".join(parts[:keyed]), " · ".join(filter(None, named))

    def formula_url(self, path: str) -> str:
        """Return the editor of the formula at a pointer; blank where none is, or a field's panel has it."""
        return f"{self.base}/formula?at={quote(path)}" if path in self.formulas else ""

    @cached_property
    def formulas(self) -> frozenset[str]:
        """Return where the formulas stand that no field holds; those of fields are on its panel."""
        found = formulas(self.reads) if self.reads is not None else ()
        return frozenset(written(place.at) for place, _ in found if place.at[2:3] != ("fields",))

    def url_of(self, place: str) -> str:
        """Return the page on which a place is edited."""
        match place.split("/"):
            case ["forms", form, "fields", field, *_]:
                return f"{self.base}/forms/{form}?at={field}"
            case ["forms", form, *rest] if not rest or chosen_in(f"forms/{form}", place):
                chosen = chosen_in(f"forms/{form}", place)
                return f"{self.base}/forms/{form}{f'?at={quote(chosen)}' if chosen else ''}"
            case ["dashboards", board]:
                return f"{self.base}/dashboards/{board}"
            case ["dashboards", board, "widgets", widget, *_]:
                return f"{self.base}/dashboards/{board}?at={widget}"
            case [""]:
                return self.base
        return self.element_url(place)

    def nav(self) -> tuple[NavGroup, ...]:
        """Return the designer's menu: the app, and each of its forms."""
        call, document = self.call, self.draft.document
        app = Link(self.texts.t("design.overview"), self.base, "ruler-2", call.path == self.base)
        forms = [
            Link(self.texts.label(each.get("label")), url, str(each.get("icon") or "table"), call.path == url)
            for each in document.get("forms", ())
            for url in (f"{self.base}/forms/{each.get('key')}",)
        ]
        lists = [
            Link(self.texts.t(f"design.list.{name}"), self.element_url(name), icon, self._looks_at(name))
            for name, icon in LISTS.items()
            if name in call.installation.grammar.app.model_fields
        ]
        rest = NavGroup(self.texts.t("design.rest"), tuple(lists))
        return (NavGroup("", self._whole(app)), NavGroup(self.texts.t("design.forms"), tuple(forms)), rest)

    def _whole(self, overview: Link) -> tuple[Link, ...]:
        """Return the pages about the whole app: the overview, what its rules did, its scenarios played."""
        there = (
            (self.call.app.definition.rules, "rules", "why.design.rules", "history"),
            (True, "rights", "design.rights.title", "shield"),
            (self.draft.document.get("tests"), "tests", "design.trials.title", "player-play"),
        )
        found = [
            Link(self.texts.t(code), url, icon, f"{self.call.path}/".startswith(f"{url}/"))
            for said, name, code, icon in there
            for url in (f"{self.base}/{name}",)
            if said
        ]
        return (overview, *found)

    def _looks_at(self, name: str) -> bool:
        at = self.call.query.get("at", "")
        return self.call.path == f"{self.base}/element" and f"{at}/".startswith(f"{name}/")

    def bar(self) -> DraftBar:
        """Return state and acts of the draft."""
        draft, t = self.draft, self.texts.t
        more = (("revision", str(draft.revision)), ("next", self._here()))
        undo = Action(t("design.undo"), f"{self.base}/undo", "post", "arrow-back-up", fields=more)
        redo = Action(t("design.redo"), f"{self.base}/redo", "post", "arrow-forward-up", fields=more)
        return DraftBar(
            draft.revision, draft.known > 0, f"{self.base}/act", undo if draft.done else None,
            redo if draft.known > draft.done else None, f"{self.base}/publish", len(self.issues),
            sum(map(len, self.remarks.values())), self._remarks_url(),
            f"{self.base}/here", self._here(), self.saved(draft),
        )  # fmt: skip

    def saved(self, draft: DesignDraft) -> str:
        """Return when a draft was changed last; blank where nobody changed anything."""
        at, call = draft.changed_at, self.call
        if at is None:
            return ""
        said = call.installation.renderer.formats[self.texts.locale].date_time(call.app.definition.time_zone)
        moment, now = said(at), said(call.installation.clock.now())
        return self.texts.t("design.saved", time=moment[-5:] if moment[:-5] == now[:-5] else moment)

    def _remarks_url(self) -> str:
        """Return the page of all remarks, on which more is said of the element that is shown."""
        about = about_of(self._here(), self.base)
        return f"{self.base}/remarks?at={quote(about)}" if about else f"{self.base}/remarks"

    def _here(self) -> str:
        """Return the address of the page that is shown, the element it is about included."""
        at = self.call.query.get("at", "")
        return f"{self.call.path}?at={quote(at)}" if at else self.call.path

    def next_url(self, otherwise: str) -> str:
        """Return the page to go back to that was posted: one of this app's designer, or the other one."""
        wanted = self.call.field("next")
        parts = urlsplit(wanted)
        inside = parts.path == self.base or parts.path.startswith(f"{self.base}/")
        away = parts.scheme or parts.netloc or "\\" in wanted
        return wanted if inside and not away else otherwise

    def element(self, place: str) -> Json:
        """Return the element, or the part, at a place. Raises NotFound."""
        found = self.at(locate(self.draft.document, place))
        if not isinstance(found, dict):
            raise NotFound("draft.nothing_there", name=place)
        return found

    def at(self, pointer: tuple[str | int, ...]) -> Any:
        """Return what stands at a pointer of the draft."""
        return value_at(self.draft.document, pointer)
