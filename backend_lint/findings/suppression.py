"""Which findings the suppressions of a file hide, and which suppressions are wrong."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from backend_lint.findings.comments import Directive, StatementLines, collect, may_contain
from backend_lint.findings.fingerprint import STATEMENT_LIMIT, assign, normalise
from backend_lint.findings.model import Finding, RootCause, RuleInfo, Severity

__all__ = ["Applied", "Catalogue", "Directive", "StatementLines", "apply", "collect", "may_contain"]

UNUSED, WITHOUT_REASON, INVALID, EXPIRED = "BL001", "BL002", "BL003", "BL004"
_ABOUT_COMMENTS = frozenset({UNUSED, WITHOUT_REASON, INVALID, EXPIRED})
_REMOVE = "remove the comment"


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """`kept` and `suppressed` are the given findings, in their order; `extra` are findings about the comments themselves (BL001 to BL004),
    with fingerprints, those left out that a comment hides by name. `counts` has by path, for each directive there, how many findings it
    covers, whether it hides them or has expired."""

    kept: list[Finding]
    suppressed: list[Finding]
    extra: list[Finding]
    counts: dict[str, list[int]] = {}


def apply(
    findings: Sequence[Finding],
    directives: Mapping[str, Sequence[Directive]],
    *,
    rules: Iterable[RuleInfo],
    ran: Callable[[str, str], bool],
    today: str,
) -> Applied:
    """Divide `findings` by the suppressions of their files.

    `directives` maps a path, as findings spell it, to what `collect` found there (files without any may be left out). `rules` are all rules
    there are, whether they ran or not, with the general ones (BL001 to BL004), whose entries say the severity of `extra` (OFF counts as
    WARNING: the rule was asked for). `ran(path, code)` says whether a rule looked at that file completely: a comment is called unused only
    for such rules, and BL001 to BL004 are reported only where they themselves ran. `today` (`YYYY-MM-DD`) is the day by which comments
    expire. Give the findings with fingerprints and before notes are left out: a comment that hides a note is in use. A comment that names
    its rules and stands at the cause of findings hides them all.
    """
    catalogue = Catalogue(rules)
    by_path: dict[str, list[tuple[int, Finding]]] = defaultdict(list)
    by_cause: dict[str, list[tuple[int, Finding]]] = defaultdict(list)
    for index, finding in enumerate(findings):
        by_path[finding.path].append((index, finding))
        if finding.cause is not None:
            by_cause[finding.cause.path].append((index, _at_cause(finding, finding.cause)))
    hidden: set[int] = set()
    extra: list[Finding] = []
    counts: dict[str, list[int]] = {}
    for path, found in sorted(directives.items()):
        if found:
            there = _File(path, found, by_path.get(path, []), catalogue, ran, today, by_cause.get(path, []))
            extra.extend(there.apply(hidden))
            counts[path] = there.counts
    return Applied(
        kept=[finding for index, finding in enumerate(findings) if index not in hidden],
        suppressed=[finding for index, finding in enumerate(findings) if index in hidden],
        extra=assign(extra),
        counts=counts,
    )


def _at_cause(finding: Finding, cause: RootCause) -> Finding:
    """A finding as it stands at its cause."""
    return msgspec.structs.replace(finding, path=cause.path, line=cause.line, end_line=cause.end_line)


class Catalogue:
    """The rules there are, looked up as a person writes them."""

    def __init__(self, rules: Iterable[RuleInfo]) -> None:
        self.by_code = {rule.code: rule for rule in rules}
        self._named: dict[str, frozenset[str]] = {}
        families: dict[str, set[str]] = defaultdict(set)
        for rule in self.by_code.values():
            self._named[rule.name] = frozenset({rule.code})
            families[rule.family].add(rule.code)
        # A family may be called like one of its rules; then the name means the family.
        self._named.update({family: frozenset(codes) for family, codes in families.items()})

    def find(self, written: str) -> frozenset[str]:
        """The codes that a code, the beginning of a code (two letters at least), a name or a family stands for; none for an unknown one."""
        if written.upper() in self.by_code:
            return frozenset({written.upper()})
        named = self._named.get(written.lower())
        if named is not None:
            return named
        if len(written) < 2 or not written.isalnum():
            return frozenset()
        return frozenset(code for code in self.by_code if code.startswith(written.upper()))

    def find_noqa(self, written: str) -> frozenset[str]:
        """As `find`, for a code in a `noqa` comment, where other linters' codes stand too: `BLE001`, `B101` and `S1` are theirs."""
        code = written.upper()
        if code in self.by_code:
            return frozenset({code})
        return self.find(code) if code.startswith(("BL", "BP")) and code[2:].isdigit() else frozenset()

    def nearest(self, written: str) -> str | None:
        """The valid code, name or family that `written` was probably meant to be."""
        import difflib

        text = written[:60]
        close = difflib.get_close_matches(text.upper(), self.by_code, n=1, cutoff=0.75)
        close = close or difflib.get_close_matches(text.lower().replace("_", "-"), self._named, n=1, cutoff=0.6)
        return close[0] if close else None


class _File:
    """What the directives of one file do to the findings there and to those that are `caused` there, which are given as they stand at their
    cause. `counts` is filled with how many findings each covers."""

    def __init__(
        self,
        path: str,
        directives: Sequence[Directive],
        findings: list[tuple[int, Finding]],
        catalogue: Catalogue,
        ran: Callable[[str, str], bool],
        today: str,
        caused: list[tuple[int, Finding]],
    ) -> None:
        self._path = path
        self._directives = directives
        self._findings = sorted(findings, key=lambda pair: pair[1].line)
        self._lines = [finding.line for _, finding in self._findings]
        self._caused = caused
        self._catalogue = catalogue
        self._ran = ran
        self._today = today
        self.counts: list[int] = []

    def apply(self, hidden: set[int]) -> list[Finding]:
        """Add to `hidden` the indices of what the directives hide; the findings about these directives."""
        extra: list[Finding] = []
        for directive in self._directives:
            covered = self._findings[bisect_left(self._lines, directive.first) : bisect_right(self._lines, directive.last)]
            if directive.kind == "noqa" and not directive.codes:
                hidden.update(index for index, _ in covered)
                self.counts.append(len(covered))
            else:
                extra += self._apply(directive, [*covered, *self._caused_at(directive)], hidden)
        about = [finding for finding in extra if self._ran(self._path, finding.rule)]
        holding = [directive for directive in self._directives if not self._has_expired(directive)]
        return [finding for finding in about if not _named_by(finding, holding, self._catalogue)]

    def _caused_at(self, directive: Directive) -> list[tuple[int, Finding]]:
        """What is caused where a comment stands; one on the whole file says nothing of other files."""
        if directive.kind == "ignore-file":
            return []
        return [(index, finding) for index, finding in self._caused if directive.first <= finding.line <= directive.last]

    def _apply(self, directive: Directive, covered: list[tuple[int, Finding]], hidden: set[int]) -> list[Finding]:
        path, catalogue = self._path, self._catalogue
        extra: list[Finding] = []
        unused: list[str] = []
        found: set[int] = set()
        for written in directive.codes:
            codes = catalogue.find_noqa(written) if directive.kind == "noqa" else catalogue.find(written)
            hits = _hits(covered, codes, directive.near)
            found.update(hits)
            others = codes - _ABOUT_COMMENTS
            if others and not hits and all(self._ran(path, code) for code in others):
                unused.append(written)
            if not codes and directive.kind != "noqa":
                extra.append(_unknown(directive, path, written, catalogue))
        self.counts.append(len(found))
        if unused:
            extra.append(_unused(directive, path, unused, catalogue))
        if not self._has_expired(directive):
            hidden.update(found)
        elif found:
            extra.append(_expired(directive, path, catalogue))
        if directive.problem:
            extra.append(_about(INVALID, directive, path, catalogue, directive.problem, directive.remedy))
        elif directive.kind != "noqa" and not directive.reason:
            extra.append(_without_reason(directive, path, catalogue))
        return extra

    def _has_expired(self, directive: Directive) -> bool:
        return has_expired(directive.until, self._today)


def has_expired(until: str, today: str) -> bool:
    """Whether what holds until a day, that day included, holds no more; "" is a day that never comes."""
    return bool(until) and until < today


def _hits(covered: list[tuple[int, Finding]], codes: frozenset[str], near: int | None) -> list[int]:
    """The indices of the findings of `codes`: of those that span the line `near` alone, if there are any."""
    matching = [(index, finding) for index, finding in covered if finding.rule in codes]
    spanning = [index for index, finding in matching if near is not None and finding.line <= near <= finding.end_line]
    return spanning or [index for index, _ in matching]


def _named_by(finding: Finding, directives: Sequence[Directive], catalogue: Catalogue) -> bool:
    """Whether a directive names the rule of a finding about a comment, by code, name or family, and stands on its line or covers it."""
    return any(
        finding.rule in catalogue.find(written)
        for directive in directives
        if directive.kind != "noqa" and (directive.line == finding.line or directive.first <= finding.line <= directive.last)
        for written in directive.codes
    )


def _unused(directive: Directive, path: str, unused: list[str], catalogue: Catalogue) -> Finding:
    listed = ", ".join(_shown(written) for written in unused)
    message = f"nothing to suppress: no finding of {listed} {'in this file' if directive.kind == 'ignore-file' else 'here'}"
    remedy = _REMOVE if len(unused) == len(directive.codes) else f"remove {listed} from the comment"
    return msgspec.structs.replace(_about(UNUSED, directive, path, catalogue, message, remedy), fixable=True, fix="safe")


def unused_codes(finding: Finding, directive: Directive) -> list[str]:
    """The codes of a directive that a finding of `_unused` about it calls unused, as they are written."""
    if finding.help == _REMOVE:
        return list(directive.codes)
    named = finding.help.removeprefix("remove ").removesuffix(" from the comment").split(", ")
    return [written for written in directive.codes if _shown(written) in named]


def _expired(directive: Directive, path: str, catalogue: Catalogue) -> Finding:
    remedy = "right what it hid, or judge it again and give it another day and reason"
    return _about(EXPIRED, directive, path, catalogue, f"the suppression has expired: it held until {directive.until}", remedy)


def _without_reason(directive: Directive, path: str, catalogue: Catalogue) -> Finding:
    remedy = f"write the reason after the brackets: `{directive.kind}[...] -- reason`"
    return _about(WITHOUT_REASON, directive, path, catalogue, "the suppression gives no reason", remedy)


def _unknown(directive: Directive, path: str, written: str, catalogue: Catalogue) -> Finding:
    near = catalogue.nearest(written)
    remedy = f"did you mean `{near}`?" if near else "`backend-lint rule` lists the rules"
    return _about(INVALID, directive, path, catalogue, f"`{_shown(written)}` is no rule code, name or family", remedy)


def _about(code: str, directive: Directive, path: str, catalogue: Catalogue, message: str, remedy: str) -> Finding:
    rule = catalogue.by_code.get(code)
    severity = rule.severity if rule and rule.severity is not Severity.OFF else Severity.WARNING
    return Finding(
        rule=code,
        name=rule.name if rule else code,
        family=rule.family if rule else "general",
        severity=severity,
        message=message,
        help=remedy,
        path=path,
        line=directive.line,
        column=directive.column,
        end_line=directive.line,
        end_column=directive.end_column,
        statement=normalise(directive.text)[:STATEMENT_LIMIT],
    )


def _shown(written: str) -> str:
    return written if len(written) <= 40 else f"{written[:40]}…"
