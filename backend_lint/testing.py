"""Tests of rules: samples of code in which the lines that a rule must report are marked.

    from backend_lint.testing import assert_rule

    def test_no_print():
        assert_rule(NoPrint)

A sample is the text of one file, or a dict of the files of a small project (path to text). A line that ends with `# expect: ACME101` must
be reported by that rule, `# expect: ACME101 note` as a note, and all other lines must not. The samples stand in the lists `VALID`, where
nothing is marked, and `INVALID` of the rule, or are given to `assert_rule`. Indentation that all lines of a text share is taken off. A
sample may hold a `pyproject.toml` or `backend-lint.toml` with options of the rule.

Nothing is written to the disk and nothing is read from there; rules are checked as in a real run, with a sample's files as the project.
Only the standard library's `AssertionError` is raised, so that any test runner will do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from errno import ENOENT
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from backend_lint.engine.baselines import Hiding
from backend_lint.engine.discovery import SUFFIXES, ProjectFiles, files_in
from backend_lint.engine.pack_loading import entries_for
from backend_lint.engine.plan import make_plans
from backend_lint.engine.registry import Registry, built_in
from backend_lint.engine.runner import run
from backend_lint.engine.selection import Choice
from backend_lint.engine.settings import CommandLine, ConfigurationFault, Configurations
from backend_lint.findings.model import Finding, Severity

if TYPE_CHECKING:
    from backend_lint.engine.result import Result
    from backend_lint.rule import Rule

__all__ = ["Case", "Expectation", "Sample", "assert_rule", "cases", "check", "expectations", "fixed", "split"]

#: The text of one file, or the files of a project: path to text.
Sample: TypeAlias = "str | Mapping[str, str]"

#: The path of a sample that is one file.
USUAL_PATH = "app.py"

#: Where a sample lies: a folder that is nowhere, so that nothing on the disk can be meant.
_ROOT = Path("/sample-of-backend-lint")

_FILE = re.compile(r"^# --- (\S+)\s*$")
_EXPECT = re.compile(r"#\s*expect:\s*([^#\n]+)$")


class Expectation(NamedTuple):
    """One marker: the 1-based line of a file where a rule must report, and whether the finding must be a note."""

    path: str
    line: int
    code: str
    is_note: bool = False

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.code}{' note' if self.is_note else ''}"


@dataclass(frozen=True)
class Case:
    """One sample of a rule. `kind` says which of the rule's lists it stands in, `number` where."""

    rule: type[Rule]
    kind: Literal["valid", "invalid"]
    number: int
    sample: Sample

    def __str__(self) -> str:
        return f"{self.rule.__name__}-{self.kind}-{self.number}"

    def check(self) -> None:
        """Raise AssertionError, with all that differs, unless the rule reports just what is marked."""
        files = files_of(self.sample)
        expected = {each for each in expectations(files) if each.code == self.rule.code}
        if self.kind == "invalid" and not expected:
            raise AssertionError(f"{self}: the sample marks no line with `# expect: {self.rule.code}`")
        if self.kind == "valid" and expected:
            raise AssertionError(f"{self}: a valid sample marks a line with `# expect: {self.rule.code}`")
        result = check(self.rule, self.sample)
        lines = [f"{problem.path or 'the project'}: {problem.message}\n{problem.detail}" for problem in result.problems]
        lines += [f"{each.path}:{each.line}: {each.message}" for each in result.findings if each.rule != self.rule.code]
        found = {expectation_of(each): each for each in result.findings if each.rule == self.rule.code}
        lines += [f"{each}: reported, and not expected: {found[each].message}" for each in sorted(found) if each not in expected]
        lines += [f"{each}: expected, and not reported" for each in sorted(expected) if each not in found]
        if lines:
            raise AssertionError("\n  ".join([f"{self}:", *lines]))


def assert_rule(rule: type[Rule], *, valid: Sequence[Sample] = (), invalid: Sequence[Sample] = ()) -> None:
    """Check the samples of a rule: those given and those of its lists `VALID` and `INVALID`. Raises AssertionError for the first in which
    the rule reports anything else than what is marked, and when there is no sample at all."""
    listed = [*cases(rule), *_numbered(rule, "valid", valid), *_numbered(rule, "invalid", invalid)]
    if not listed:
        raise AssertionError(f"{rule.__name__} has no samples, and none are given")
    for case in listed:
        case.check()


def cases(*rules: type[Rule]) -> list[Case]:
    """The samples of some rules, for a test that is made of each: `@pytest.mark.parametrize("case", cases(NoPrint), ids=str)`."""
    return [case for rule in rules for case in (*_numbered(rule, "valid", rule.VALID), *_numbered(rule, "invalid", rule.INVALID))]


def _numbered(rule: type[Rule], kind: Literal["valid", "invalid"], samples: Sequence[Sample]) -> Iterator[Case]:
    return (Case(rule, kind, number, sample) for number, sample in enumerate(samples))


def check(rule: type[Rule], sample: Sample) -> Result:
    """What a run with that rule alone finds in a sample, notes as well. Raises AssertionError when the rule could not be used beside the
    built-in ones, or the sample holds a configuration that cannot."""
    source = _Memory(files_of(sample))
    line = CommandLine(choice=Choice(select=(rule.code,)), pedantic=True)
    try:
        registry = _registry(rule)
        settings = Configurations(_ROOT, registry, line, source=source)
        return run(files_in(source, _ROOT, settings.excluded), settings, jobs=1, pack=registry)
    except ConfigurationFault as fault:
        raise AssertionError(str(fault)) from None


def fixed(rule: type[Rule], sample: Sample) -> dict[str, str]:
    """The files of a sample after the fixes that a rule proposes, those that are not safe as well. As `--unsafe-fixes` does it, a fix
    stands only when its finding is gone after it and no other has come. Raises AssertionError as `check` does."""
    from backend_lint.engine.fix_rounds import Workshop

    source = _Memory(files_of(sample))
    line = CommandLine(choice=Choice(select=(rule.code,)), pedantic=True)
    try:
        registry = _registry(rule)
        settings = Configurations(_ROOT, registry, line, source=source)
        files = files_in(source, _ROOT, settings.excluded)
        plans = make_plans(files, settings)
    except ConfigurationFault as fault:
        raise AssertionError(str(fault)) from None
    # Changed texts stand in front of a working tree, here of one that holds nothing.
    texts = {path: source.read(path) for path in source.list()}
    known = ProjectFiles(root=_ROOT, targets=files.targets)
    known.__dict__["all"] = tuple(path for path in source.list() if path.endswith(SUFFIXES))
    shop = Workshop(files=known, plans=plans, pack=registry, hiding=Hiding(), unsafe=True, texts=texts)
    shop.repair(files.targets)
    return {path: data.decode("utf-8", "surrogatepass") for path, data in shop.texts.items()}


def _registry(rule: type[Rule]) -> Registry:
    known = built_in()
    if rule.__module__.partition(".")[0] == "backend_lint_rules":
        return known
    return Registry([*known.rules, *entries_for(rule.__module__, [rule], known.rules)])


def files_of(sample: Sample) -> dict[str, str]:
    """The files of a sample, without the indentation that all lines of a text share."""
    given = {USUAL_PATH: sample} if isinstance(sample, str) else sample
    return {path: dedent(text).lstrip("\n") for path, text in given.items()}


def split(text: str) -> dict[str, str]:
    """The files of a text in which `# --- path/to/file.py` begins a file; what stands before the first is `app.py`. Line numbers count from
    each file's own start."""
    files: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in text.splitlines(keepends=True):
        match = _FILE.match(line)
        if match:
            current = files.setdefault(match[1], [])
        else:
            if current is None:
                current = files.setdefault(USUAL_PATH, [])
            current.append(line)
    return {path: "".join(lines) for path, lines in files.items() if "".join(lines).strip() or path != USUAL_PATH}


def expectations(files: Mapping[str, str]) -> set[Expectation]:
    """What the markers in some files ask for; several stand with commas between: `# expect: ACME101, ACME102 note`."""
    found = set()
    for path, text in files.items():
        for number, line in enumerate(text.splitlines(), 1):
            match = _EXPECT.search(line)
            for part in match[1].split(",") if match else ():
                words = part.split()
                if words:
                    found.add(Expectation(path, number, words[0], words[1:] == ["note"]))
    return found


def expectation_of(finding: Finding) -> Expectation:
    """The marker that asks for a finding."""
    return Expectation(finding.path, finding.line, finding.rule, finding.severity is Severity.NOTE)


class _Memory:
    """The files of a sample as a source of files."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = {path: text.encode("utf-8", "surrogatepass") for path, text in files.items()}

    def read(self, path: str) -> bytes:
        try:
            return self._files[path]
        except KeyError:
            raise FileNotFoundError(ENOENT, "not in the sample", path) from None

    def list(self) -> Sequence[str]:
        return sorted(self._files)
