"""What pre-commit wants to know each time it runs the hook: it says so in its variables, https://pre-commit.com/#git-hooks-details."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backend_lint.cli import terminal
from backend_lint.report.output import CHECK_FORMATS

if TYPE_CHECKING:
    from backend_lint.source.git import Repository

#: Options that `check` takes as `review` does, by the names of their parameters.
_SHARED = ("select", "extend_select", "ignore", "rule_pack", "exclude", "fail_on", "config", "jobs", "cache_dir", "color")
_FLAGS = ("allow_project_rules", "no_config", "no_cache", "quiet", "traceback")
_SWITCHES = ("pedantic", "include_tests", "preview")


def chosen(repository: Repository, variables: Mapping[str, str]) -> tuple[bool, str | None] | None:
    """Whether what is staged is to be compared with HEAD, or else the range of revisions; None when neither says anything and the whole
    project is to be checked. Raises `GitFault`.

    pre-commit names both revisions with `--from-ref` and `--to-ref` and before a push, and looks at what the second added since it left
    the first. In a commit git names the index, also when nothing Python is in it, or only the message is changed. Without either, and with
    nothing staged, it is run by hand or in continuous integration over all files.
    """
    start, end = variables.get("PRE_COMMIT_FROM_REF"), variables.get("PRE_COMMIT_TO_REF")
    if start and end:
        return False, f"{start}...{end}"
    if variables.get("PRE_COMMIT") and not variables.get("GIT_INDEX_FILE") and not repository.has_staged_changes():
        return None
    return True, None


def check_everything(top: Path, options: Mapping[str, Any]) -> int:
    """Check the whole project as `backend-lint check` does, with the options of a review that mean the same there; the exit code."""
    from backend_lint.cli.check import check

    terminal.say(
        "nothing is staged and no revisions are named, so the whole project is checked, with what was there before unless a baseline has it"
    )
    outcome = check.main(args=[*_words(options), "--", str(top)], prog_name="backend-lint check", standalone_mode=False)
    return outcome if isinstance(outcome, int) else 0


def _words(options: Mapping[str, Any]) -> Iterator[str]:
    for name in _SHARED:
        given = options.get(name)
        for value in given if isinstance(given, tuple) else () if given is None else (given,):
            yield f"--{name.replace('_', '-')}={value}"
    for name in _FLAGS:
        if options.get(name):
            yield f"--{name.replace('_', '-')}"
    for name in _SWITCHES:
        if options.get(name) is not None:
            yield f"--{'' if options[name] else 'no-'}{name.replace('_', '-')}"
    targets = [target for target in options["format_"] if target.name in CHECK_FORMATS]
    for target in targets or ("text",):
        yield f"--format={target}"
