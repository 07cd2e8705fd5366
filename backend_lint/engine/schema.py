"""The shape of a configuration: which keys there are, and what each takes. Everything wrong is found, not only the first thing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from backend_lint.engine.entries import RuleEntry
from backend_lint.engine.ignores import is_pattern
from backend_lint.engine.registry import Registry, nearest

if TYPE_CHECKING:
    from backend_lint.engine.toml_places import KeyPath

#: `fail-on`, most forgiving last.
FAIL_LEVELS = ("error", "warning", "note", "never")

SEVERITIES = ("error", "warning", "note", "off")

#: A key that TOML takes without quotes.
_BARE = re.compile(r"[A-Za-z0-9_-]+")


class Fault(NamedTuple):
    """What is wrong at a place in a configuration: at the key that `path` ends with, or (`at_value`) at its value. `message` names the key,
    what is wrong and what was expected."""

    path: KeyPath
    at_value: bool
    message: str


class Checker:
    """Collects what is wrong in one configuration, whose table has the path `prefix` (`tool`, `backend-lint`) in its file."""

    def __init__(self, registry: Registry, prefix: KeyPath) -> None:
        self.registry = registry
        self.prefix = prefix
        self.faults: list[Fault] = []

    def check(self, table: Mapping[str, Any]) -> None:
        """Look at the whole table; `faults` tells what was found."""
        for key, value in table.items():
            test = KEYS.get(key)
            if test is None:
                hint = "; in this file the keys stand at the top" if key == "tool" else _like(key, KEYS)
                self.fault((key,), f"unknown key{hint}", f"one of {', '.join(KEYS)}", at_value=False)
            else:
                test(self, (key,), value)

    def fault(self, path: KeyPath, problem: str, expected: str, *, at_value: bool = True) -> None:
        whole = (*self.prefix, *path)
        self.faults.append(Fault(whole, at_value, f"{spelled(whole)}: {problem} (expected {expected})"))

    def selectors(self, path: KeyPath, value: Any) -> None:
        expected = "a list of rule codes, their beginnings, names or families"
        if not _is_strings(value):
            self.fault(path, f"got {_kind(value)}", expected)
            return
        for index, selector in enumerate(value):
            self.selector((*path, index), selector, expected)

    def selector(self, path: KeyPath, selector: str, expected: str) -> None:
        if not self.registry.matching(selector):
            near = self.registry.nearest(selector)
            hint = f'; did you mean "{near}"?' if near else ""
            self.fault(path, f'unknown rule "{selector}"{hint}', expected, at_value=isinstance(path[-1], int))

    def patterns(self, path: KeyPath, value: Any) -> None:
        if not _is_strings(value):
            self.fault(path, f"got {_kind(value)}", "a list of patterns as in .gitignore")
            return
        for index, pattern in enumerate(value):
            self.pattern((*path, index), pattern)

    def pattern(self, path: KeyPath, pattern: str) -> None:
        if not is_pattern(pattern):
            self.fault(path, f'"{pattern}" is no pattern', "a pattern as in .gitignore", at_value=isinstance(path[-1], int))

    def names(self, path: KeyPath, value: Any) -> None:
        expected = 'a list of dotted names such as "app.checks.validate"'
        if not _is_strings(value):
            self.fault(path, f"got {_kind(value)}", expected)
            return
        for index, name in enumerate(value):
            if not all(part.isidentifier() for part in name.split(".")):
                self.fault((*path, index), f'"{name}" is no dotted name', expected)

    def packs(self, path: KeyPath, value: Any) -> None:
        if not _is_strings(value) or not all(value):
            self.fault(path, f"got {_kind(value)}", 'a list of packages and paths such as "acme_rules" or "./tools/rules.py"')

    def flag(self, path: KeyPath, value: Any) -> None:
        if not isinstance(value, bool):
            self.fault(path, f"got {_kind(value)}", "true or false")

    def file(self, path: KeyPath, value: Any) -> None:
        if not isinstance(value, str) or not value.strip() or "\0" in value:
            self.fault(path, f"got {_kind(value)}" if not isinstance(value, str) else "this names no file", "the path of a file")

    def fail_level(self, path: KeyPath, value: Any) -> None:
        self._choice(path, value, FAIL_LEVELS)

    def per_file(self, path: KeyPath, value: Any) -> None:
        if not isinstance(value, dict):
            self.fault(path, f"got {_kind(value)}", "a table of patterns and the rules to ignore there")
            return
        for pattern, selectors in value.items():
            self.pattern((*path, pattern), pattern)
            self.selectors((*path, pattern), selectors)

    def severities(self, path: KeyPath, value: Any) -> None:
        if not isinstance(value, dict):
            self.fault(path, f"got {_kind(value)}", f"a table of rules and {', '.join(SEVERITIES)}")
            return
        for selector, severity in value.items():
            self.selector((*path, selector), selector, "a rule's code, its beginning, name or family")
            self._choice((*path, selector), severity, SEVERITIES)

    def rule_options(self, path: KeyPath, value: Any) -> None:
        if not isinstance(value, dict):
            self.fault(path, f"got {_kind(value)}", "a table of rule names")
            return
        for name, options in value.items():
            place = (*path, name)
            rule = rule_called(self.registry, name)
            if rule is None:
                near = self.registry.nearest(name)
                hint = f'; did you mean "{near}"?' if near else ""
                self.fault(place, f"unknown rule{hint}", "a rule's name or code", at_value=False)
            elif not isinstance(options, dict):
                self.fault(place, f"got {_kind(options)}", "a table of the rule's options")
            else:
                self._options_of(rule, place, options)

    def _options_of(self, rule: RuleEntry, place: KeyPath, options: Mapping[str, Any]) -> None:
        for option, value in options.items():
            if option not in rule.options:
                expected = f"one of {', '.join(rule.options)}" if rule.options else f"nothing: {rule.name} has no options"
                self.fault((*place, option), f"unknown option{_like(option, rule.options)}", expected, at_value=False)
            elif not same_type(value, rule.options[option]):
                expected = f"{_kind(rule.options[option])} like {toml_value(rule.options[option])}"
                self.fault((*place, option), f"got {_kind(value)}", expected)

    def _choice(self, path: KeyPath, value: Any, choices: tuple[str, ...]) -> None:
        if value not in choices:
            shown = f'"{value}"' + _like(value, choices) if isinstance(value, str) else _kind(value)
            self.fault(path, f"got {shown}", f"one of {', '.join(choices)}")


#: Key -> what tests its value.
KEYS: dict[str, Callable[[Checker, KeyPath, Any], None]] = {
    "select": Checker.selectors,
    "extend-select": Checker.selectors,
    "ignore": Checker.selectors,
    "per-file-ignores": Checker.per_file,
    "exclude": Checker.patterns,
    "baseline": Checker.file,
    "severity": Checker.severities,
    "fail-on": Checker.fail_level,
    "pedantic": Checker.flag,
    "include-tests": Checker.flag,
    "validators": Checker.names,
    "response-helpers": Checker.names,
    "session-factories": Checker.names,
    "settings-modules": Checker.names,
    "rule-packs": Checker.packs,
    "preview": Checker.flag,
    "rules": Checker.rule_options,
}


def rule_called(registry: Registry, name: str) -> RuleEntry | None:
    """The rule of that name or code."""
    return registry.by_name.get(name) or registry.by_code.get(name.upper())


def spelled(path: KeyPath) -> str:
    """A path as TOML writes the key, without the indices of lists."""
    return ".".join(key if _BARE.fullmatch(key) else quoted(key) for key in path if isinstance(key, str))


def quoted(text: str) -> str:
    """A text as TOML writes it, with what cannot be seen as an escape."""
    return f'"{"".join(_written(letter) for letter in text)}"'


def _written(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    if letter.isprintable():
        return letter
    number = ord(letter)
    return f"\\u{number:04x}" if number < 0x1_0000 else f"\\U{number:08x}"


def same_type(value: Any, default: Any) -> bool:
    """Whether an option's value has the type of its default; a whole number does for a float."""
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    if isinstance(default, float):
        return isinstance(value, (int, float))
    if isinstance(default, (list, tuple, set, frozenset)):
        sample = next(iter(default), "")
        return isinstance(value, list) and all(same_type(item, sample) for item in value)
    return isinstance(value, type(default))


def _is_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _like(word: str, known: Any) -> str:
    near = nearest(word, known)
    return f'; did you mean "{near}"?' if near else ""


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, int):
        return "a whole number"
    if isinstance(value, float):
        return "a number"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, (list, tuple, set, frozenset)):
        kinds = {_kind(item) for item in value}
        if not kinds:
            return "a list"
        return f"a list of {' and '.join(sorted(_PLURALS.get(kind, kind) for kind in kinds))}"
    return "a date or time"


_PLURALS = {
    "true or false": "truth values",
    "a text": "texts",
    "a whole number": "whole numbers",
    "a number": "numbers",
    "a table": "tables",
    "a list": "lists",
}


def toml_value(value: Any) -> str:
    """A value as TOML writes it: a truth value, text, number or date, or a list, set or table of such."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, (set, frozenset)):
        value = sorted(value, key=str)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(toml_value(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{spelled((key,))} = {toml_value(item)}' for key, item in value.items())}}}"
    return str(value)
