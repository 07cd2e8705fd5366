"""The documentation of rules, made from their docstrings: for a terminal, as markdown, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Union

from backend_lint.engine.entries import RuleEntry, summary
from backend_lint.findings.severity import Severity
from backend_lint.report.documentation import CONFIGURATION, Documentation, Section, documentation
from backend_lint.report.output import Output

if TYPE_CHECKING:
    from backend_lint.rule import Rule

#: A rule, as its class or as the index of its pack has it.
Described = Union["type[Rule]", RuleEntry]


def render_rule(rule: Described, output: Output, *, format: str = "text") -> None:  # noqa: A002 - the option's own name
    """Write one rule's documentation; `format` is "text", "markdown" or "json". Raises KeyError for another format."""
    if format == "json":
        output.write(_json(as_data(rule)))
    elif format == "markdown":
        output.write(as_markdown(rule))
    elif format == "text":
        from backend_lint.report.rule_text import write_rule

        write_rule(rule, output)
    else:
        raise KeyError(format)


def render_table(rules: Sequence[Described], output: Output, *, format: str = "text") -> None:  # noqa: A002 - the option's own name
    """Write a table of rules: code, name, family, severity, summary; `format` is "text", "markdown" or "json", which gives a list of the
    objects that `render_rule` writes. Raises KeyError for another format."""
    if format == "json":
        output.write(_json([as_data(rule) for rule in rules]))
    elif format == "markdown":
        output.write(table_as_markdown(rules))
    elif format == "text":
        from backend_lint.report.rule_text import write_rules

        write_rules(rules, output)
    else:
        raise KeyError(format)


def as_data(rule: Described) -> dict[str, Any]:
    """A rule as JSON shows it."""
    told = documentation(rule)
    return {
        "code": rule.code,
        "name": rule.name,
        "family": rule.family,
        "severity": rule.severity.value,
        "fixable": rule.fixable,
        "include_tests": rule.include_tests,
        "preview": rule.preview,
        "pack": rule.pack or None if isinstance(rule, RuleEntry) else None,
        "summary": told.summary,
        "sections": {section.title: section.text for section in told.sections},
        "options": rule.options,
    }


def as_markdown(rule: Described) -> str:
    """A rule's page."""
    told = documentation(rule)
    parts = [f"# {rule.name} ({rule.code})", told.summary, facts(rule)]
    parts.extend(f"## {section.title}\n\n{section.text}" for section in sections(rule, told))
    return "\n\n".join(parts) + "\n"


def table_as_markdown(rules: Sequence[Described], *, link: str = "") -> str:
    """A table of rules by family, under a heading each; `link` is put before and `.md` after a rule's name to link to its page, and
    nothing is linked without it."""
    families = list(dict.fromkeys(rule.family for rule in rules))
    parts: list[str] = []
    for family in families:
        lines = [f"## {family}", "", "| code | name | severity | reports |", "|---|---|---|---|"]
        for rule in rules:
            if rule.family == family:
                name = f"[{rule.name}]({link}{rule.name}.md)" if link else rule.name
                lines.append(f"| {rule.code} | {name} | {rule.severity.value} | {summary(rule).replace('|', chr(92) + '|')} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def sections(rule: Described, told: Documentation) -> list[Section]:
    """The sections of a rule, with the list of its options before what `Configuration` says about them."""
    if not rule.options:
        return list(told.sections)
    options = "```toml\n" + "\n".join([f"[tool.backend-lint.rules.{rule.name}]", *_defaults(rule.options)]) + "\n```"
    shown: list[Section] = []
    for section in told.sections:
        if section.title == CONFIGURATION:
            section = Section(CONFIGURATION, f"{section.text}\n\nThe defaults:\n\n{options}")
        shown.append(section)
    if not told.section(CONFIGURATION):
        shown.insert(max(0, len(shown) - 1), Section(CONFIGURATION, f"The options and their defaults:\n\n{options}"))
    return shown


def facts(rule: Described) -> str:
    """What a rule is beside its documentation, in a line: family, severity, whether it fixes."""
    if rule.severity is Severity.OFF:
        said = [f"Family `{rule.family}`, off by default: select it by code, name or family."]
    else:
        said = [f"Family `{rule.family}`, severity {rule.severity.value}."]
    if rule.preview:
        said.append("On trial: select it by code or name, or give `--preview`.")
    if isinstance(rule, RuleEntry) and rule.pack:
        said.append(f"From the rule pack `{rule.pack}`.")
    if rule.fixable:
        said.append("Some findings can be fixed automatically.")
    if rule.include_tests and rule.family != "general":
        said.append("Tests, migrations and examples are checked too.")
    return " ".join(said)


def _json(value: object) -> str:
    import msgspec

    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def _defaults(options: dict[str, Any]) -> list[str]:
    return [f"{key} = {_toml(value)}" for key, value in options.items()]


def _toml(value: Any) -> str:
    """A default as TOML spells it: a text, a number, a boolean or a list of them."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return f"[{', '.join(_toml(item) for item in (sorted(value) if isinstance(value, (set, frozenset)) else value))}]"
    import msgspec

    return msgspec.json.encode(value).decode()
