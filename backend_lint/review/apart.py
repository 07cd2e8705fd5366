"""Files that a change puts where rules do not look: among tests, examples, scripts, generated code, or out of the configuration's reach."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from backend_lint.engine.discovery import python_files
from backend_lint.findings.model import Finding
from backend_lint.libraries import registry
from backend_lint.review.delta import Delta, FileDelta
from backend_lint.review.model import PolicyItem
from backend_lint.semantics.project import Project
from backend_lint.semantics.roles import Role, is_test_path
from backend_lint.source.files import FileSource

#: Roles of files in which rules report less, or nothing, with what a file of that role is called.
_APART: dict[Role, str] = {
    "test": "a test", "example": "an example", "script": "a script", "generated": "generated code", "migration": "a migration",
}  # fmt: skip


class SetApart:
    """Tells of findings that are gone because their file is judged by other measures now. `excluded` says what the configuration leaves
    out."""

    def __init__(self, root: Path, before: FileSource, after: FileSource, delta: Delta, excluded: Callable[[str], bool]) -> None:
        self._root = root
        self._sources = {False: before, True: after}
        self._delta = delta
        self._excluded = excluded
        self._projects: dict[bool, Project] = {}
        self._known: dict[str, str | None] = {}

    def item(self, finding: Finding) -> PolicyItem | None:
        """What the change did to the file of a finding that is gone; None when its file is judged as before."""
        file = self._delta.of_old(finding.path)
        if file is None or file.new is None:
            return None
        if finding.path not in self._known:
            self._known[finding.path] = self._now(file)
        now = self._known[finding.path]
        if now is None:
            return None
        verb = "makes" if file.old == file.new else "moves"
        message = f"{verb} `{finding.path}`, in which {finding.rule} was reported, {'' if verb == 'makes' else 'to where it is '}{now}"
        return PolicyItem(kind="out-of-scope", path=file.new, message=message)

    def _now(self, file: FileDelta) -> str | None:
        assert file.old is not None, "it was there"
        assert file.new is not None, "it is there"
        if file.old != file.new:
            if self._excluded(file.new) and not self._excluded(file.old):
                return "left out by the configuration"
            if is_test_path(file.new) and not is_test_path(file.old):
                return _APART["test"]
        was, is_ = self._role(file.old, after=False), self._role(file.new, after=True)
        return _APART.get(is_) if is_ is not None and was not in _APART and was is not None else None

    def _role(self, path: str, *, after: bool) -> Role | None:
        if after not in self._projects:
            source = self._sources[after]
            self._projects[after] = Project(self._root, python_files(source), source.read, registry(), listing=source.list)
        module = self._projects[after].find(path)
        return None if module is None else module.role
