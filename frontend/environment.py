"""The Jinja2 environments, one per language, and the pages they render."""

import hashlib
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from engines.expression import regions
from frontend.formats import Formats
from frontend.rich import rich
from frontend.texts import LOCALES, Message, Texts, catalogue
from frontend.vendor import LAZY_FILES, VENDOR_FILES
from frontend.views import Issue, Shell

ROOT = Path(__file__).parent
NUMERIC = frozenset({"number", "money", "percent"})
_told: ContextVar[set[str] | None] = ContextVar("told", default=None)  # style sheets of the page so far
HUES = ("blue", "indigo", "purple", "pink", "orange", "green", "teal", "cyan")
CLIENT_TEXTS = (
    "ui.toast.close ui.toast.failed ui.toast.offline ui.toast.forbidden ui.form.leave "
    "ui.scan.found ui.scan.failed ui.signature.used ui.location.found ui.location.failed "
    "ui.subform.copy_row ui.subform.copied ui.subform.pasted ui.subform.too_many "
    "ui.form.draft_kept ui.form.draft_too_large ui.form.offline ui.form.offline_kept ui.form.send_again "
    "ui.form.nothing_found ui.form.type_to_search "
    "ui.form.create_option ui.form.clear_value ui.form.remove_item ui.subform.added ui.subform.removed "
    "ui.form.filled_in ui.common.required ui.common.none ui.common.yes ui.common.no "
    "ui.subform.moved ui.subform.remove_row ui.subform.move_up ui.subform.move_down ui.file.uploading "
    "ui.file.uploaded ui.file.failed ui.file.too_large ui.common.copied ui.common.loading ui.common.close "
    "ui.sign_in.show_password ui.sign_in.hide_password ui.table.selected design.moved ui.formula.found "
    "ui.formula.right design.board.lifted design.board.placed design.board.sized design.board.put_back "
    "screen.look.lifted screen.look.over screen.look.put_back screen.look.put_in "
    "design.saving design.widened design.keep_failed design.leave_unsaved"
).split()
THEMES = ("auto", "light", "dark")


class Assets:
    """Addresses of static files that change with their content."""

    def __init__(self, folder: Path, base: str = "/static") -> None:
        """Serve ``folder`` under ``base``."""
        self.folder, self._base = folder, base
        self._known: dict[str, str] = {}

    def __call__(self, path: str) -> str:
        """``/static/weft.css?v=3f2a…``; the address may be cached for ever."""
        if path not in self._known:
            content = (self.folder / path).read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:12]
            self._known[path] = f"{self._base}/{quote(path, safe='/@')}?v={digest}"
        return self._known[path]

    def modules(self) -> dict[str, str]:
        """The import map: ``weft/<name>`` for every script of ours."""
        scripts = sorted((self.folder / "js").glob("*.js"))
        found = {f"weft/{script.stem}": self(f"js/{script.name}") for script in scripts}
        # An element of several modules is a folder; only a page that uses it loads any of them.
        for index in sorted((self.folder / "js").glob("*/index.js")):
            name = index.parent.name
            found[f"weft/{name}"] = self(f"js/{name}/index.js")
            others = (each.stem for each in sorted(index.parent.glob("*.js")) if each != index)
            found |= {f"weft/{name}/{each}": self(f"js/{name}/{each}.js") for each in others}
        # The evaluator also runs outside of pages; its modules find each other by their plain addresses.
        plain = ["js/expression.js", *(f"js/expression/{each.name}" for each in self._evaluator())]
        return found | {f"{self._base}/{path}": self(path) for path in plain}

    def _evaluator(self) -> list[Path]:
        return sorted((self.folder / "js/expression").glob("*.js"))


class Renderer:
    """Renders templates in every language; made once per installation."""

    def __init__(
        self,
        templates: Path = ROOT / "templates",
        static: Path = ROOT / "static",
        more_templates: Sequence[Path] = (),
        more_texts: Mapping[str, Mapping[str, Message]] | None = None,
    ) -> None:
        """Read texts, templates and static files from ``frontend`` or from elsewhere.

        ``more_templates``, ``more_texts``: what plug-ins bring; nothing of the platform is replaced by it.
        """
        self.asset = Assets(static)
        self.texts = {locale: Texts(locale, more_texts) for locale in LOCALES}
        self.formats = {locale: Formats(texts) for locale, texts in self.texts.items()}
        self._alone = {
            locale: Shell(site=texts.t("ui.common.product"), csrf="", path="/")
            for locale, texts in self.texts.items()
        }
        # One environment per language, so that macros imported without context know their language.
        self._environments = {locale: self._build((templates, *more_templates), locale) for locale in LOCALES}

    def render(self, template: str, locale: str, theme: str, nonce: str, **context: object) -> str:
        """One page or fragment; ``context`` is the view model its first comment describes.

        Without a ``shell`` the page stands alone: nobody is signed in, nothing can be posted.
        """
        if theme not in THEMES:
            theme = THEMES[0]
        page = self._environments[locale].get_template(template)
        _told.set(set())
        return page.render({"shell": self._alone[locale], "theme": theme, "nonce": nonce, **context})

    def sentence(self, template: str, locale: str, options: object, say: object) -> str:
        """What a trigger, action or node says about itself, as plain text; blank where it says nothing."""
        module: Any = self._environments[locale].get_template(template).module
        if not hasattr(module, "sentence"):
            return ""
        return " ".join(unescape(str(module.sentence(options, say))).split())

    def environment(self, locale: str) -> Environment:
        """The environment of one language."""
        return self._environments[locale]

    def _build(self, templates: Sequence[Path], locale: str) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(templates),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
            extensions=["jinja2.ext.do"],
        )
        texts, formats = self.texts[locale], self.formats[locale]
        environment.globals.update(
            t=texts.t,
            has_text=texts.has,
            label=texts.label,
            locale=locale,
            locales=LOCALES,
            themes=THEMES,
            asset=self.asset,
            vendor=self._vendor,
            modules=self.asset.modules,
            client_config=self._client_config(texts),
            NUMERIC=NUMERIC,
            icon=_icon(self.asset),
            initials=initials,
            hue=hue,
            errors_of=errors_of,
            region_of=_region_of(locale),
            number=formats.number(),
            rich=rich,
            styles_once=self._styles_once,
            look=_look(environment, "fields"),
            node_look=_look(environment, "nodes"),
            mark=_look(environment, "widgets"),
            face=_look(environment, "views"),
            currency_symbol=formats.currency_symbol,
            file_size=formats.file_size,
        )
        environment.filters["dom_id"] = dom_id
        return environment

    def _client_config(self, texts: Texts) -> Callable[[str], dict[str, object]]:
        plural = {code: catalogue(texts.locale)[code] for code in CLIENT_TEXTS}
        said = {code.removeprefix("ui."): [text.one, text.other] for code, text in plural.items()}
        assets = {name: self._vendor(name) for name in ("tom-select.js", "tom-select.css", *LAZY_FILES)}
        assets["live-worker.js"] = self.asset("js/live/worker.js")

        def config(csrf: str) -> dict[str, object]:
            return {"csrf": csrf, "texts": said, "assets": assets}

        return config

    def _styles_once(self, path: str) -> Markup:
        """The link to a style sheet, unless the page has it: values are shown one by one."""
        told = _told.get()
        if told is not None:
            if path in told:
                return Markup()
            told.add(path)
        return Markup('<link rel="stylesheet" href="{}">').format(self.asset(path))

    def _vendor(self, name: str) -> str:
        return self.asset((VENDOR_FILES | LAZY_FILES)[name])


def dom_id(name: str) -> str:
    """The id of the input called ``name``: ``items.0.qty`` becomes ``f-items-0-qty``."""
    return "f-" + name.replace(".", "-")


def initials(name: str) -> str:
    """What an avatar without a picture shows: ``小明`` for 王小明, ``AL`` for Ann Lee."""
    name = name.strip()
    if any("\u4e00" <= char <= "\u9fff" for char in name):
        return name[-2:]
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def errors_of(issues: Iterable[Issue], name: str) -> tuple[str, ...]:
    """The problems of one input of a plain form."""
    return tuple(issue.text for issue in issues if issue.name == name)


def hue(text: object) -> str:
    """A palette colour that stays with the text."""
    return HUES[zlib.crc32(str(text).encode()) % len(HUES)]


def _region_of(locale: str) -> Callable[[object], Mapping[str, str]]:
    def found(value: object) -> Mapping[str, str]:
        """What an input of a region holds: its code, blank for what names none, and what a person reads."""
        text = "" if value is None else str(value)
        try:
            code = regions.read(text)
        except regions.UnknownRegion:
            return {"code": "", "text": text}
        return {"code": code, "text": regions.spoken(code, locale)}

    return found


def _icon(asset: Assets) -> Callable[..., Markup]:
    markup = Markup(
        '<svg class="weft-icon{extra}" aria-hidden="true" focusable="false"><use href="{href}"/></svg>'
    )

    def icon(name: str, extra: str = "") -> Markup:
        """An icon of the sprite, hidden from screen readers: the text beside it speaks."""
        return markup.format(extra=f" {extra}" if extra else "", href=f"{asset('icons.svg')}#{name}")

    return icon


def _look(environment: Environment, folder: str) -> Callable[[str], Any]:
    known: dict[str, Any] = {}

    def look(type_name: str) -> Any:
        """The macros of a kind: ``input`` and ``display`` of a field, ``show`` of a widget and so on."""
        if type_name not in known:
            known[type_name] = environment.get_template(f"{folder}/{type_name}.html").module
        return known[type_name]

    return look
