"""Raw records to typed values, compiled once per definition version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, get_args, get_origin

from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from engines.form.field import shown
from schemas.errors import Issue

# What pydantic calls a problem -> what we call it; a code with a dot is ours already.
CODES = {
    "extra_forbidden": "field.unknown",
    "string_type": "field.not_text",
    "string_too_long": "field.too_long",
    "string_too_short": "field.too_short",
    "string_pattern_mismatch": "field.bad_format",
    "bool_type": "field.not_a_checkbox",
    "bool_parsing": "field.not_a_checkbox",
    "int_type": "field.not_a_whole_number",
    "int_parsing": "field.not_a_whole_number",
    "int_from_float": "field.not_a_whole_number",
    "int_parsing_size": "field.too_many_digits",
    "greater_than_equal": "field.below_min",
    "less_than_equal": "field.above_max",
    "tuple_type": "field.not_a_list",
    "list_type": "field.not_a_list",
    "too_long": "field.too_many",
    "too_short": "field.too_few",
    "dict_type": "field.not_a_record",
    "typed_dict_type": "field.not_a_record",
    "literal_error": "field.not_an_option",
    "string_unicode": "field.not_text",
}
_PARAMS = {"ge": "min", "le": "max"}


def _blank(value: Any) -> Any:
    return None if value.__class__ is str and (not value or value.isspace()) else value


def _none(value: Any) -> Any:
    return () if value is None or value == "" else value


def optional(annotation: Any) -> Any:
    """Return the annotation with blank allowed: None, or ``()`` for lists; ``""`` is blank at every door."""
    if _is_list(annotation):
        return Annotated[annotation, BeforeValidator(_none)]
    return Annotated[annotation | None, BeforeValidator(_blank)]


def _is_list(annotation: Any) -> bool:
    bare = get_args(annotation)[0] if hasattr(annotation, "__metadata__") else annotation
    return get_origin(bare) in (tuple, list)


class Coercer:
    """Turns raw dicts into dicts of typed values. Keys: field keys, and ``_id`` for rows of a subform."""

    def __init__(self, name: str, annotations: Mapping[str, Any]) -> None:
        make: Any = TypedDict  # a call that mypy cannot follow: the fields are known at run time only
        self.row: Any = make(name, dict(annotations), total=False)
        self.row.__pydantic_config__ = ConfigDict(extra="forbid")
        self._one: TypeAdapter[dict[str, Any]] = TypeAdapter(self.row)
        self._many: TypeAdapter[list[dict[str, Any]]] = TypeAdapter(list[self.row])  # type: ignore[name-defined]

    def many(self, raw: Sequence[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], list[list[Issue]] | None]:
        """Coerce all rows; the second part is None when all are right, else issues per row.

        A wrong row yields the values that are right, so that later phases can report the rest at once.
        """
        try:
            return self._many.validate_python(raw), None
        except ValidationError:
            pairs = [self.one(each) for each in raw]
            return [values for values, _ in pairs], [issues for _, issues in pairs]

    def one(self, raw: Any) -> tuple[dict[str, Any], list[Issue]]:
        """Coerce one row."""
        try:
            return self._one.validate_python(raw), []
        except ValidationError as error:
            found = error.errors(include_url=False)
        issues = [_issue(each) for each in found]
        if not isinstance(raw, Mapping):
            return {}, issues
        return self._rest(raw, [each["loc"] for each in found]), issues

    def _rest(self, raw: Mapping[str, Any], wrong: Sequence[tuple[int | str, ...]]) -> dict[str, Any]:
        """Return what is right beside what is wrong, in the rows of a subform cell by cell."""
        rest = {key: raw[key] for key in raw if (key,) not in {loc[:1] for loc in wrong if len(loc) < 3}}
        for key in {loc[0] for loc in wrong if len(loc) >= 3} & rest.keys():
            cells = {loc[1:3] for loc in wrong if loc[0] == key}
            rest[str(key)] = [
                {name: row[name] for name in row if (place, name) not in cells}
                for place, row in enumerate(raw[str(key)])
            ]
        return self._one.validate_python(rest)


def problem_of(error: ValidationError) -> tuple[str, Mapping[str, object]]:
    """Return code and parameters of the first problem with a single value."""
    found = _issue(error.errors(include_url=False)[0])
    return found.code, found.params


def _issue(each: Any) -> Issue:
    kind = each["type"]
    params = {_PARAMS.get(key, key): value for key, value in each.get("ctx", {}).items() if key != "error"}
    params.setdefault("value", shown(each.get("input")))
    path = ".".join(str(part) for part in each["loc"])
    return Issue(path, kind if "." in kind else CODES.get(kind, "field.invalid"), params)
