"""Rules that may set each other off in a circle: what one writes another watches, and so on to the first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from engines.rule.kinds import Effect, TimedTrigger
from engines.rule.model import AppRules, RuleModel
from engines.store.plan import Line
from schemas.elements import LOCALES, Translated, label_of

_MOST = 20
_ARROW = " → "
Wakes = Mapping[RuleModel, Sequence[RuleModel]]


def cycle_lines(rules: AppRules) -> Iterator[Line]:
    """Yield a warning for each circle; none stands in the way, because each rule fires once for a change."""
    for circle in cycles(rules):
        first = circle[0]
        chain = {
            locale: _ARROW.join(label_of(each.label, locale) for each in (*circle, first))
            for locale in LOCALES
        }
        params = {
            "label": first.label,
            "chain": Translated.model_construct(zh=chain["zh-CN"], en=chain["en"]),
        }
        yield Line("warning", f"rule:{first.key}", "plan.rule.cycle", params)


def cycles(rules: AppRules) -> list[tuple[RuleModel, ...]]:
    """Return the shortest circle through each rule that is in one, each circle once."""
    wakes = _wakes(rules)
    found: dict[frozenset[int], tuple[RuleModel, ...]] = {}
    for rule in sorted(wakes, key=lambda each: each.order[1]):
        circle = _back_to(rule, wakes)
        if circle is not None:
            found.setdefault(frozenset(each.uid for each in circle), circle)
        if len(found) >= _MOST:
            break
    return list(found.values())


def _wakes(rules: AppRules) -> Wakes:
    living = [each for each in rules.rules.values() if each.rule.enabled]
    return {
        one: [
            other
            for other in living
            # What a rule writes itself never sets it off.
            if other is not one and any(_woken(other, effect) for effect in _effects(one))
        ]
        for one in living
    }


def _effects(rule: RuleModel) -> list[Effect]:
    return [
        effect for action in rule.actions for effect in action.kind.effects(action.options, rule.form.path)
    ]


def _woken(rule: RuleModel, effect: Effect) -> bool:
    """Tell whether a rule may fire because of what another did."""
    if isinstance(rule.kind, TimedTrigger):
        return False
    watch = rule.kind.watches(rule.on)
    here = effect.form == rule.form.path
    if here and effect.new:
        return watch.create and (effect.field in watch.fields if watch.fields else effect.field is None)
    direct = here and effect.field is not None and (watch.fields is None or effect.field in watch.fields)
    if direct and watch.update:
        return rule.kind.may_follow(rule.on, effect)
    return watch.update and (effect.form, effect.field) in _bases(rule, watch.fields)


def _bases(rule: RuleModel, keys: frozenset[str] | None) -> set[tuple[str, str | None]]:
    """Return the fields, of whichever form, that the computed ones among the watched are made of."""
    fields = rule.form.fields
    wanted = fields.values() if keys is None else (fields[key] for key in keys if key in fields)
    return {base for each in wanted if each.computed is not None for base in each.computed.bases}


def _back_to(rule: RuleModel, wakes: Wakes) -> tuple[RuleModel, ...] | None:
    """Return the shortest way from a rule to itself."""
    ways: deque[tuple[RuleModel, ...]] = deque([(rule,)])
    seen: set[int] = set()
    while ways:
        way = ways.popleft()
        for following in wakes[way[-1]]:
            if following is rule:
                return way
            if following.uid not in seen:
                seen.add(following.uid)
                ways.append((*way, following))
    return None
