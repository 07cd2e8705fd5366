"""Baselines of a project: where they are, what they hide there, and that the cache makes no difference."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend_lint.engine.baseline_edit import Acceptance, Edit, created, updated
from backend_lint.engine.baselines import NAME
from backend_lint.engine.cache_folder import Cache
from backend_lint.engine.check import Request, check_paths, check_text
from backend_lint.engine.result import Result
from backend_lint.engine.settings import CommandLine, ConfigurationFault
from backend_lint.findings.baseline import entries_of, parse, render
from tests.engine.test_run import SIMPLE
from tests.review.repositories import Repo

Write = Callable[..., Path]
Pack = Callable[[str], str]

#: As `SIMPLE`, and the rules that report comments look at files.
RULES = (
    SIMPLE
    + """

class Expired(Rule):
    code = "BL004"
    name = "expired-suppression"
    family = "general"
    severity = Severity.WARNING


class Failing(Rule):
    code = "BL301"
    name = "failing"
    family = "exposure"
    severity = Severity.WARNING

    def check_module(self, module, context):
        for call in calls(module.tree, "leak"):
            context.report(call, "a leak", help="close it")
        if calls(module.tree, "stumble"):
            raise ValueError("no")
"""
)


@pytest.fixture
def rules(pack: Pack) -> str:
    return pack(RULES)


def request(root: Path, pack: str, **options: object) -> Request:
    line = options.pop("line", {})
    return Request(current=root, command_line=CommandLine(**line), pack=pack, jobs=1, **options)  # type: ignore[arg-type]  # as tests name them


def check(root: Path, pack: str, *paths: str, **options: object) -> Result:
    return check_paths([Path(path) for path in paths] or [root], request(root, pack, **options))


def baseline(root: Path, pack: str, file: str = NAME, folder: str = "", **options: object) -> None:
    """Write a baseline with all that is found below a folder, to which its paths are relative."""
    top = root / folder
    below = [each for each in check(root, pack, by_baseline=False, **options).findings if (root / each.path).is_relative_to(top)]
    (root / file).write_text(render(entries_of(below, lambda each: (root / each.path).relative_to(top).as_posix())), encoding="utf-8")


def found(result: Result) -> list[str]:
    return [f"{finding.rule} {finding.path}:{finding.line}" for finding in result.findings]


def stale(result: Result) -> list[str]:
    return [f"{each.entry.rule} {each.entry.path}{' expired' if each.has_expired else ''}" for each in result.stale]


class TestWhere:
    def test_beside_no_configuration_it_lies_at_the_root(self, project: Write, rules: str) -> None:
        root = project({".git/": "", "app/a.py": "bad()\n"})
        baseline(root, rules)
        result = check(root, rules)
        assert (found(result), [each.path for each in result.baselined], result.failing) == ([], ["app/a.py"], 0)
        assert found(check(root, rules, by_baseline=False)) == ["BL101 app/a.py:1"]
        assert found(check(root, rules, str(root / "app"))) == []
        assert found(check_text(Path("app/a.py"), b"bad()\nbad(1)\n", request(root, rules))) == ["BL101 app/a.py:2"]

    def test_moved_lines_change_nothing_and_a_second_copy_is_new(self, project: Write, rules: str) -> None:
        root = project({".git/": "", "app/a.py": "bad()\n"})
        baseline(root, rules)
        (root / "app/a.py").write_text("import os\n\n\nif os.name:\n    bad( )\n")
        assert found(check(root, rules)) == []
        (root / "app/a.py").write_text("bad()\nx = 1\nbad()\n")
        assert found(check(root, rules)) == ["BL101 app/a.py:3"]

    def test_nearest_configuration_has_its_own(self, project: Write, rules: str) -> None:
        root = project({".git/": "", "one/backend-lint.toml": "", "one/a.py": "bad()\n", "two/a.py": "bad()\n"})
        baseline(root, rules, "one/" + NAME, "one")
        assert found(check(root, rules)) == ["BL101 two/a.py:1"]
        baseline(root, rules)
        result = check(root, rules)
        assert (found(result), stale(result)) == ([], ["BL101 one/a.py"]), "the entry at the root is not asked for a file below `one`"

    def test_configuration_names_it(self, project: Write, rules: str) -> None:
        root = project({".git/": "", "ci/": "", "backend-lint.toml": 'baseline = "ci/accepted.txt"\n', "app/a.py": "bad()\n"})
        with pytest.raises(ConfigurationFault, match=r"ci/accepted.txt: there is no such baseline.*baseline create"):
            check(root, rules)
        baseline(root, rules, "ci/accepted.txt")
        assert found(check(root, rules)) == []

    def test_command_line_names_it(self, project: Write, rules: str, tmp_path: Path) -> None:
        root = project({".git/": "", "one/backend-lint.toml": "", "one/a.py": "bad()\n", "two/a.py": "bad()\n"})
        with pytest.raises(ConfigurationFault, match="no such baseline"):
            check(root, rules, baseline=Path("accepted.txt"))
        for file, folder in (
            ("accepted.txt", root),
            (str(tmp_path / "above.txt"), tmp_path),
            (str(tmp_path / "other" / "beside.txt"), root),
        ):
            (root / file).parent.mkdir(exist_ok=True)
            baseline(root, rules, file, str(folder))
            assert found(check(root, rules, baseline=Path(file))) == [], file
        baseline(root, rules, "one/" + NAME, "one")
        assert found(check(root, rules, baseline=Path("one", NAME))) == ["BL101 two/a.py:1"]

    def test_one_that_cannot_be_read_is_told_with_its_line(self, project: Write, rules: str) -> None:
        root = project({".git/": "", "app/a.py": "bad()\n", NAME: "# backend-lint baseline, version 1\n=======\n"})
        with pytest.raises(ConfigurationFault, match=f"{NAME}:2: an unfinished merge"):
            check(root, rules)
        (root / NAME).write_bytes(b"\xff\xfe")
        with pytest.raises(ConfigurationFault, match="no UTF-8 text"):
            check(root, rules)
        (root / NAME).unlink()
        (root / NAME).mkdir()
        with pytest.raises(ConfigurationFault, match="cannot read this baseline"):
            check(root, rules)


class TestStale:
    FILES: ClassVar = {".git/": "", "app/a.py": "bad()\nleak()\n", "app/b.py": "bad()\n"}

    def test_what_is_mended_is_stale(self, project: Write, rules: str) -> None:
        root = project(self.FILES)
        baseline(root, rules)
        (root / "app/a.py").write_text("leak()\n")
        assert stale(check(root, rules)) == ["BL101 app/a.py"]

    @pytest.mark.parametrize("text", ["stumble()\n", "def f(:\n"])
    def test_not_where_the_rule_has_failed_or_the_file_does_not_parse(self, project: Write, rules: str, text: str) -> None:
        root = project(self.FILES)
        baseline(root, rules, line={"choice": _only("BL301")})
        (root / "app/a.py").write_text(text)
        assert stale(check(root, rules)) == []

    def test_not_for_rules_and_files_that_were_left_out(self, project: Write, rules: str) -> None:
        root = project(self.FILES)
        baseline(root, rules)
        (root / "app/a.py").write_text("")
        assert stale(check(root, rules, line={"choice": _only("BL301")})) == ["BL301 app/a.py"]
        assert stale(check(root, rules, str(root / "app/b.py"))) == []

    def test_file_that_is_gone(self, project: Write, rules: str) -> None:
        root = project(self.FILES)
        baseline(root, rules)
        (root / "app/b.py").unlink()
        assert stale(check(root, rules, str(root / "app/a.py"))) == ["BL101 app/b.py"]

    def test_rule_that_is_gone(self, project: Write, rules: str) -> None:
        root = project(self.FILES)
        (root / NAME).write_text("# backend-lint baseline, version 1\nBL999 app/a.py - 0000000000000000 1\n")
        assert stale(check(root, rules)) == ["BL999 app/a.py"]

    def test_what_a_comment_hides_needs_no_entry(self, project: Write, rules: str) -> None:
        root = project(self.FILES)
        baseline(root, rules)
        (root / "app/b.py").write_text("bad()  # backend-lint: ignore[BL101] -- on purpose\n")
        result = check(root, rules)
        assert (found(result), result.suppressed, stale(result)) == ([], 1, ["BL101 app/b.py"])
        shown = check(root, rules, by_comments=False)
        assert (found(shown), shown.suppressed, len(shown.baselined), stale(shown)) == ([], 0, 3, [])


def _only(*codes: str) -> object:
    from backend_lint.engine.selection import Choice

    return Choice(select=codes)


class TestExpiry:
    def test_comment_hides_until_its_day_is_over(self, project: Write, rules: str) -> None:
        root = project({".git/": "", "app/a.py": "bad()  # backend-lint: ignore[BL101] until=2026-12-31 -- soon\n"})
        before = check(root, rules, today="2026-12-31")
        after = check(root, rules, today="2027-01-01")
        assert (found(before), before.suppressed) == ([], 1)
        assert (found(after), after.suppressed) == (["BL101 app/a.py:1", "BL004 app/a.py:1"], 0)

    def test_cache_knows_the_day(self, project: Write, rules: str, tmp_path: Path) -> None:
        text = "bad()  # backend-lint: ignore[BL101] until=2026-12-31 -- soon\n"
        root = project({".git/": "", "app/a.py": text, "app/b.py": "bad()\n"})
        cache = Cache(tmp_path / "cache", tmp_path / "own")
        entries = entries_of(
            [each for each in check(root, rules, by_baseline=False).findings if each.path == "app/b.py"], lambda each: each.path
        )
        (root / NAME).write_text(_until(render(entries), "2027-06-30"))
        for day in ("2026-12-01", "2026-12-31", "2027-01-01", "2027-06-30", "2027-07-01", "2026-12-31", "2027-01-01"):
            warm, cold = (check(root, rules, cache=each, today=day) for each in (cache, None))
            assert _told(warm) == _told(cold), day


def _until(text: str, day: str) -> str:
    """The text of a baseline with a day at each entry."""
    return render(msgspec.structs.replace(entry, until=day) for entry in parse(text))


def _told(result: Result) -> object:
    return found(result), [each.path for each in result.baselined], stale(result), [each.path for each in result.hidden], result.failing


_TEXTS = ["", "bad()\n", "bad()\nbad()\n", "leak()\n", "bad()  # backend-lint: ignore[BL101] until=2026-12-31 -- soon\n", "bad(\n"]
_STEPS = st.one_of(
    st.tuples(st.sampled_from(["app/a.py", "app/b.py", "web/c.py"]), st.sampled_from([*_TEXTS, None])),
    st.tuples(st.just("baseline"), st.sampled_from(["write", "remove", "expire", "halve"])),
    st.tuples(st.just("day"), st.sampled_from(["2026-12-31", "2027-01-01", "2028-01-01"])),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_STEPS, min_size=2, max_size=8), st.booleans())
def test_with_a_cache_it_is_as_without(
    rules: str, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str]], by: bool
) -> None:
    folder = tmp_path_factory.mktemp("law")
    root, cache, day = folder / "project", Cache(folder / "cache", folder / "own"), "2026-12-01"
    (root / ".git").mkdir(parents=True)
    for path, text in (("app/a.py", "bad()\n"), ("app/b.py", "leak()\n")):
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)
    for what, how in steps:
        file = root / NAME
        if what == "day":
            day = how
        elif what != "baseline":
            (root / what).parent.mkdir(exist_ok=True)
            if how is not None:
                (root / what).write_text(how)
            else:
                (root / what).unlink(missing_ok=True)
        elif how == "write":
            baseline(root, rules)
        elif file.exists() and how == "remove":
            file.unlink()
        elif file.exists():
            text = file.read_text()
            lines = text.splitlines(keepends=True)
            file.write_text(_until(text, "2027-06-30") if how == "expire" else "".join(lines[: len(lines) // 2 + 1]))
        for _ in range(2):
            warm, cold = (check(root, rules, cache=each, today=day, by_comments=by) for each in (cache, None))
            assert _told(warm) == _told(cold)


class TestEdits:
    FILES: ClassVar = {".git/": "", "app/a.py": "bad()\nleak()\n", "app/b.py": "bad()\nbad()\n"}

    def write(self, edits: list[Edit]) -> None:
        for edit in edits:
            edit.write()

    def test_made_once_with_all_that_is_found(self, project: Write, rules: str) -> None:
        root = project(self.FILES)
        _, edits = created(request(root / "app", rules))
        self.write(edits)
        assert [len(edit.added) for edit in edits] == [4]
        assert found(check(root, rules)) == []
        with pytest.raises(ConfigurationFault, match="there is this baseline already"):
            created(request(root, rules))

    def test_brought_up_to_date_it_shrinks_and_never_grows(self, project: Write, rules: str) -> None:
        root = project(self.FILES)
        self.write(created(request(root, rules))[1])
        (root / NAME).write_text((root / NAME).read_text().replace("\n", "\n# by the platform team\n", 1))
        (root / "app/a.py").write_text("leak()\nleak(1)\nleak(2)\n")
        result, edits = updated(request(root, rules))
        self.write(edits)
        assert [(len(edit.added), len(edit.stale)) for edit in edits] == [(0, 1)]
        assert found(result) == found(check(root, rules)) == ["BL301 app/a.py:2", "BL301 app/a.py:3"]
        assert (root / NAME).read_text().splitlines()[1] == "# by the platform team"
        assert not updated(request(root, rules))[1][0].is_needed

    def test_grows_on_purpose_with_a_reason(self, project: Write, rules: str) -> None:
        root = project(self.FILES)
        self.write(created(request(root, rules))[1])
        (root / "app/a.py").write_text("bad()\nleak()\nleak(1)\n")
        (root / "app/c.py").write_text("bad()\nodd()\n")
        acceptance = Acceptance(reason="with the next release", until="2031-01-31", wants=lambda path: path == root / "app/a.py")
        self.write(updated(request(root, rules), acceptance)[1])
        assert found(check(root, rules)) == ["BL101 app/c.py:1"]
        assert [line for line in (root / NAME).read_text().splitlines() if "until=2031-01-31 -- with the next release" in line]
        assert found(check(root, rules, today="2031-02-01")) == ["BL301 app/a.py:3", "BL101 app/c.py:1"]
        self.write(updated(request(root, rules, today="2031-02-01"))[1])
        assert "until" not in (root / NAME).read_text()

    def test_what_has_expired_can_be_accepted_anew(self, project: Write, rules: str) -> None:
        root = project(self.FILES)
        self.write(updated(request(root, rules), Acceptance(reason="one", until="2020-01-31"))[1])
        assert len(found(check(root, rules))) == 4
        self.write(updated(request(root, rules), Acceptance(reason="two"))[1])
        assert found(check(root, rules)) == []
        assert (root / NAME).read_text().count("-- two") == 4

    def test_follows_a_renamed_file(self, project: Write, rules: str) -> None:
        root = project(self.FILES)
        self.write(created(request(root, rules))[1])
        (root / "app/b.py").rename(root / "app/c.py")
        result, edits = updated(request(root, rules))
        assert (found(result), result.stale) == ([], [])
        self.write(edits)
        assert {line.split()[1] for line in (root / NAME).read_text().splitlines()[1:]} == {"app/a.py", "app/c.py"}
        assert found(check(root, rules)) == []

    def test_file_that_does_not_parse_is_no_entry(self, project: Write, rules: str) -> None:
        root = project({".git/": "", "app/a.py": "def f(:\n"})
        assert created(request(root, rules))[1] == []
        assert updated(request(root, rules), Acceptance(reason="no"))[1] == []


@pytest.fixture
def branches(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path / "work", hostile=False)
    repo.commit({".gitattributes": f"{NAME} merge=union\n", "app/a.py": "bad(0)\n", "app/b.py": "x = 1\n"})
    return repo


class TestMerges:
    """Git itself merges the baselines of two branches, each of which has accepted something."""

    @pytest.mark.parametrize("is_there_before", [True, False])
    def test_two_branches_that_add_entries(self, branches: Repo, rules: str, is_there_before: bool) -> None:
        root = branches.folder
        if is_there_before:
            baseline(root, rules)
            branches.commit()
        for branch, text in (("one", "bad(0)\nbad(1)\nbad(9)\n"), ("two", "bad(2)\nbad(0)\nbad(3)\n")):
            branches.git("checkout", "-q", "-b", branch, "main")
            branches.write({f"app/{branch}.py": text})
            baseline(root, rules)
            branches.commit()
        branches.git("merge", "-q", "--no-edit", "one")
        result = check(root, rules)
        assert (found(result), result.stale, len(result.baselined)) == ([], [], 7)
        edits = updated(request(root, rules))[1]
        assert [(edit.stale, edit.added) for edit in edits] == [((), ())]

    def test_two_branches_that_accept_the_same_keep_one_entry(self, branches: Repo, rules: str) -> None:
        root = branches.folder
        for branch in ("one", "two"):
            branches.git("checkout", "-q", "-b", branch, "main")
            for edit in updated(request(root, rules), Acceptance(reason=f"says {branch}"))[1]:
                edit.write()
            branches.commit()
        branches.git("merge", "-q", "--no-edit", "one")
        branches.write({"app/a.py": "bad(0)\nbad(0)\n"})
        assert found(check(root, rules)) == ["BL101 app/a.py:2"]

    def test_branch_that_removes_and_one_that_adds(self, branches: Repo, rules: str) -> None:
        root = branches.folder
        baseline(root, rules)
        branches.commit()
        branches.git("checkout", "-q", "-b", "one", "main")
        branches.write({"app/a.py": "good()\n"})
        baseline(root, rules)
        branches.commit()
        branches.git("checkout", "-q", "-b", "two", "main")
        branches.write({"app/b.py": "bad(1)\n"})
        baseline(root, rules)
        branches.commit()
        branches.git("merge", "-q", "--no-edit", "one")
        result = check(root, rules)
        assert found(result) == []
        for edit in updated(request(root, rules))[1]:
            edit.write()
        assert (found(check(root, rules)), check(root, rules).stale) == ([], [])


def test_files_in_which_the_configuration_ignores_rules_are_counted(project: Write, rules: str, tmp_path: Path) -> None:
    ignores = '[per-file-ignores]\n"app/**" = ["BL101"]\n"web/**" = ["BL101"]\n'
    root = project({".git/": "", "backend-lint.toml": ignores, "app/a.py": "bad()\n", "app/b.py": "", "c.py": "bad()\n"})
    cache = Cache(tmp_path / "cache", tmp_path / "own")
    for _ in range(2):
        result = check(root, rules, cache=cache)
        assert (found(result), result.partly_ignored) == (["BL101 c.py:1"], 2)
