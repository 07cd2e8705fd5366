"""A run that finds its answers in the cache gives the answers of one that works them out."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from backend_lint.engine import cache as caches
from backend_lint.engine import file_states, signature, whole
from backend_lint.engine.cache_folder import Cache
from backend_lint.engine.check import Request, check_paths, check_text
from backend_lint.engine.discovery import ProjectFiles, files_in
from backend_lint.engine.registry import load_pack
from backend_lint.engine.result import Result
from backend_lint.engine.runner import run
from backend_lint.engine.selection import Choice
from backend_lint.engine.settings import CommandLine, Configurations
from backend_lint.engine.timings import Timings
from backend_lint.source import parse as parsing
from backend_lint.source.nodes import Tree

Write = Callable[..., Path]
Pack = Callable[[str], str]

EXAMPLES = Path(__file__).parents[2] / "examples"

#: Reports each call of `bad`, and the first line of a document that it reads.
RULES = """
class Bad(Rule):
    code = "BL101"
    name = "bad-call"
    family = "layering"
    severity = Severity.ERROR
    options = {"word": "bad", "words": frozenset({"worse", "worst", "awful"})}

    def check_module(self, module, context):
        for word in ({context.option("word")} | context.option("words")):
            for call in calls(module.tree, word):
                context.report(call, f"a call of {word}", help="call good instead", trace=[Step(module.path, 1, "from here")])
        other = module.project.find("app/other.py")
        if other is not None and calls(other.tree, "taint"):
            context.report(module.tree.body[0], "the other file is tainted", help="clean it")
        if b"documented" in (module.project.bytes_of(module.path) or b""):
            for path in module.project.documents():
                if (module.project.bytes_of(path) or b"").startswith(b"deprecated"):
                    context.report(module.tree.body[0], f"{path} says that this is deprecated", help="remove it")
"""

FILES = {
    "app/a.py": "bad()\nworse()\n",
    "app/b.py": "bad()  # backend-lint: ignore[BL101] -- on purpose\n",
    "app/other.py": "good()\n",
    "app/broken.py": "def f(:\n",
}


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache", tmp_path / "own")


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that were written a moment ago count as written long ago."""
    monkeypatch.setattr(file_states, "_RACY", -3_600_000_000_000)


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with each run that had to work."""
    runs: list[int] = []
    analyse = whole.analyse

    def counted(*arguments: object) -> Result:
        runs.append(1)
        return analyse(*arguments)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(whole, "analyse", counted)
    return runs


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that were really parsed."""
    paths: list[str] = []
    parse = parsing.parse

    def counted(path: str, data: bytes) -> Tree:
        paths.append(path)
        return parse(path, data)

    monkeypatch.setattr(parsing, "parse", counted)
    return paths


def check(root: Path, pack: str, cache: Cache | None, *paths: str, jobs: int | None = None, **line: object) -> Result:
    request = Request(current=root, command_line=CommandLine(**line), pack=pack, jobs=jobs, cache=cache)  # type: ignore[arg-type]  # as tests name it
    return check_paths([Path(path) for path in paths] or [Path()], request)


def content(result: Result) -> object:
    """A result without what differs from run to run."""
    return msgspec.to_builtins(msgspec.structs.replace(result, seconds=0.0, root=str(result.root)))  # type: ignore[arg-type]  # any struct


class TestWarmEqualsCold:
    @pytest.mark.parametrize("example", ["django", "fastapi", "flask"])
    def test_of_the_examples(self, tmp_path: Path, cache: Cache, worked: list[int], example: str) -> None:
        root = tmp_path / "project"
        shutil.copytree(EXAMPLES / example, root)
        pack = "backend_lint_rules"
        expected = content(check(root, pack, None, pedantic=True))
        assert content(check(root, pack, cache, pedantic=True)) == expected
        assert content(check(root, pack, cache, pedantic=True)) == expected
        assert len(worked) == 2
        for file in root.rglob("*.py"):
            file.write_bytes(file.read_bytes() + b"\n# more\n")
        assert content(check(root, pack, cache, pedantic=True)) == content(check(root, pack, None, pedantic=True))

    def test_with_comments_faults_and_hidden_findings(self, project: Write, pack: Pack, cache: Cache, worked: list[int]) -> None:
        root, name = project(FILES), pack(RULES)
        cold = check(root, name, cache)
        assert [(finding.path, finding.line) for finding in cold.findings] == [("app/a.py", 1), ("app/a.py", 2), ("app/broken.py", 1)]
        assert (cold.suppressed, list(cold.directives)) == (1, ["app/b.py"])
        assert content(check(root, name, cache)) == content(cold)
        assert len(worked) == 1

    def test_with_several_processes(self, project: Write, pack: Pack, cache: Cache, worked: list[int], settled: None) -> None:
        root, name = project({f"app/m{number}.py": f"bad({number})\n" for number in range(40)}), pack(RULES)
        expected = content(check(root, name, None, jobs=1))
        assert content(check(root, name, cache, jobs=3)) == expected
        assert content(check(root, name, cache, jobs=1)) == expected
        assert len(worked) == 2
        (root / "app/m7.py").write_text("good()\n")
        assert content(check(root, name, cache, jobs=3)) == content(check(root, name, None, jobs=1)) != expected


class TestWhatChanges:
    def test_an_edit_is_seen(self, project: Write, pack: Pack, cache: Cache, settled: None) -> None:
        root, name = project(FILES), pack(RULES)
        assert len(check(root, name, cache).findings) == 3
        (root / "app/a.py").write_text("good()\n")
        assert len(check(root, name, cache).findings) == 1

    def test_an_edit_of_the_same_size_whose_time_was_put_back_is_seen(self, project: Write, pack: Pack, cache: Cache) -> None:
        root, name = project(FILES), pack(RULES)
        file = root / "app/a.py"
        before = file.stat()
        assert len(check(root, name, cache).findings) == 3
        file.write_text("bad()\nother()\n")
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert file.stat().st_size == before.st_size
        assert len(check(root, name, cache).findings) == 2

    def test_an_edit_in_a_file_that_is_not_under_check_is_seen(self, project: Write, pack: Pack, cache: Cache) -> None:
        root, name = project({".git/": "", "app/c.py": "good()\n", **FILES}), pack(RULES)
        assert len(check(root, name, cache, "app/c.py").findings) == 0
        (root / "app/other.py").write_text("taint()\n")
        (finding,) = check(root, name, cache, "app/c.py").findings
        assert finding.message == "the other file is tainted"

    def test_files_that_come_and_go_are_seen(self, project: Write, pack: Pack, cache: Cache) -> None:
        root, name = project(FILES), pack(RULES)
        check(root, name, cache)
        (root / "app/new.py").write_text("bad()\n")
        assert len(check(root, name, cache).findings) == 4
        (root / "app/new.py").unlink()
        (root / "app/other.py").unlink()
        assert check(root, name, cache).files == 3

    def test_documents_count_where_they_were_asked_for(self, project: Write, pack: Pack, cache: Cache, worked: list[int]) -> None:
        root, name = project({"app/a.py": "documented = 1\n", "specs/open.yml": "fine\n"}), pack(RULES)
        assert check(root, name, cache).findings == check(root, name, cache).findings == []
        assert len(worked) == 1
        (root / "specs/open.yml").write_text("deprecated\n")
        assert len(check(root, name, cache).findings) == 1
        (root / "specs/more.yaml").write_text("deprecated\n")
        assert len(check(root, name, cache).findings) == 1, "two reports on one place are one finding"
        assert len(worked) == 3
        (root / "notes.txt").write_text("deprecated\n")
        check(root, name, cache)
        assert len(worked) == 3

    def test_settings_that_matter_count(self, project: Write, pack: Pack, cache: Cache, worked: list[int]) -> None:
        root, name = project(FILES), pack(RULES)
        for _ in range(2):
            assert len(check(root, name, cache).findings) == 3
            assert len(check(root, name, cache, choice=Choice(ignore=("BL101",))).findings) == 1
            (root / "backend-lint.toml").write_text('rules.bad-call.word = "good"\n')
            assert [each.path for each in check(root, name, cache).findings] == ["app/a.py", "app/b.py", "app/broken.py", "app/other.py"]
            (root / "backend-lint.toml").unlink()
        assert len(worked) == 3
        other = pack(RULES.replace("a call of", "one call of"))
        assert check(root, other, cache).findings[0].message.startswith("one")

    def test_another_folder_is_another_project(self, project: Write, pack: Pack, cache: Cache, parsed: list[str]) -> None:
        name = pack(RULES)
        check(project(FILES), name, cache)
        first = len(parsed)
        result = check(project(FILES, "copy"), name, cache)
        assert (result.root.name, len(result.findings)) == ("copy", 3)
        assert first == len(parsed) > 0, "though it has the same trees"

    def test_a_change_of_the_analyser_counts(self, tmp_path: Path, pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
        name = pack(RULES)
        file = tmp_path / "packs" / name / "rules.py"
        before = signature.of_analyser(name)
        for change in (
            lambda: os.utime(file, ns=(0, 0)),
            lambda: file.with_name("more.py").write_text(""),
            lambda: monkeypatch.setattr("backend_lint.__version__", "99"),
        ):
            change()
            signature.of_analyser.cache_clear()
            after = signature.of_analyser(name)
            assert after not in (None, before)
            before = after
        signature.of_analyser.cache_clear()
        assert signature.of_analyser("there_is_no_such_pack") is None

    def test_a_release_is_the_same_wherever_and_whenever_it_was_installed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        signatures = []
        for when, text in ((1, "one"), (2, "one"), (2, "two")):
            place = tmp_path / f"site-packages/{len(signatures)}"
            place.mkdir(parents=True)
            (place / "rules.py").write_text(text)
            os.utime(place / "rules.py", (when, when))
            monkeypatch.setattr(signature, "_folders", lambda package, place=place: [str(place)])
            signature.of_analyser.cache_clear()
            signatures.append(signature.of_analyser("somebodys_rules"))
        signature.of_analyser.cache_clear()
        assert signatures[0] == signatures[1] != signatures[2]


class TestWhatIsNotKept:
    def test_a_run_with_an_internal_error(self, project: Write, pack: Pack, cache: Cache, worked: list[int]) -> None:
        root = project(FILES)
        name = pack(RULES.replace("for word in (", "assert len(module.tree.body) < 2\n        for word in ("))
        for _ in range(2):
            assert [problem.kind for problem in check(root, name, cache).problems] == ["internal"]
        assert len(worked) == 2

    def test_a_run_with_a_file_that_cannot_be_read(self, project: Write, pack: Pack, cache: Cache, worked: list[int]) -> None:
        root, name = project(FILES), pack(RULES)
        files = files_in_folder(root)
        (root / "app/other.py").unlink()
        (root / "app/other.py").mkdir()
        for _ in range(2):
            result = run(files, Configurations(root, load_pack(name)), pack=name, cache=cache)
            assert [problem.path for problem in result.problems] == ["app/other.py"]
        assert len(worked) == 2

    def test_a_run_during_which_a_file_changed(self, project: Write, pack: Pack, cache: Cache) -> None:
        reads = caches.Reads()
        reads.note("a.py", b"1")
        reads.note("a.py", b"1")
        assert reads.is_steady
        reads.add(caches.Reads(digests={"a.py": b"2"}))
        assert not reads.is_steady

    def test_a_text_from_standard_input(self, project: Write, pack: Pack, cache: Cache, parsed: list[str], worked: list[int]) -> None:
        root, name = project(FILES), pack(RULES)
        request = Request(current=root, pack=name, cache=cache)
        for _ in range(2):
            assert len(check_text(Path("app/a.py"), b"bad()\n", request).findings) == 1
        assert (parsed.count("app/a.py"), len(worked)) == (1, 2), "its tree is"
        assert len(check(root, name, cache).findings) == 3


def files_in_folder(root: Path) -> ProjectFiles:
    return ProjectFiles(root=root, targets=tuple(sorted(FILES)))


class TestTrees:
    def test_only_what_changed_is_parsed(self, project: Write, pack: Pack, cache: Cache, parsed: list[str]) -> None:
        root, name = project(FILES), pack(RULES)
        check(root, name, cache)
        assert sorted(parsed) == sorted(FILES)
        parsed.clear()
        (root / "app/a.py").write_text("bad(1)\n")
        timings = Timings()
        check_paths([Path()], Request(current=root, pack=name, cache=cache, timings=timings))
        assert parsed == ["app/a.py"]
        assert (timings.counts["reports asked for"], timings.counts["reports found"]) == (4, 3)
        assert (timings.counts["trees asked for"], timings.counts["trees found"]) == (2, 1), "a file and the other one that its rule reads"
        assert {"discover", "configure", "look up", "read", "parse", "check", "assemble", "write cache"} <= set(timings.phases)
        assert "BL101" in timings.rules

    def test_a_revision_finds_the_trees_and_the_result_of_the_files(
        self, project: Write, pack: Pack, cache: Cache, parsed: list[str]
    ) -> None:
        root, name = project(FILES), pack(RULES)
        expected = check(root, name, cache)
        parsed.clear()

        class Revision:
            def list(self) -> list[str]:
                return sorted(FILES)

            def read(self, path: str) -> bytes:
                if path not in FILES:
                    raise FileNotFoundError(path)
                return FILES[path].encode()

        configurations = Configurations(root, load_pack(name), source=Revision())
        for _ in range(2):
            result = run(files_in(Revision(), root, configurations.excluded), configurations, pack=name, cache=cache)
            assert content(result) == content(expected)
        assert parsed == []


class TestBadCaches:
    """Whatever lies in the cache's place, the result is that of a run without one."""

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda file: file.write_bytes(b"something else" * 1_000),
            lambda file: file.write_bytes(file.read_bytes()[:5_000]),
            lambda file: file.write_bytes(file.read_bytes()[:4_096] + bytes(len(file.read_bytes()) - 4_096)),
            lambda file: (file.unlink(), file.mkdir()),
            lambda file: execute(file, "PRAGMA user_version = 99"),
            lambda file: execute(file, "DROP TABLE runs"),
            lambda file: execute(file, "UPDATE runs SET data = x'00'"),
            lambda file: execute(file, "UPDATE trees SET data = substr(data, 1, 40)", "DELETE FROM runs"),
        ],
        ids=["foreign", "cut off", "damaged", "a folder", "newer", "no table", "damaged run", "damaged trees"],
    )
    def test_spoilt(self, project: Write, pack: Pack, cache: Cache, spoil: Callable[[Path], object]) -> None:
        root, name = project(FILES), pack(RULES)
        expected = content(check(root, name, cache))
        spoil(cache.file)
        assert content(check(root, name, cache)) == expected
        assert content(check(root, name, cache)) == expected
        assert content(check(root, name, cache, jobs=2)) == expected

    def test_locked(self, project: Write, pack: Pack, cache: Cache) -> None:
        root, name = project(FILES), pack(RULES)
        check(root, name, cache)
        (root / "app/a.py").write_text("bad(1)\n")
        database = sqlite3.connect(cache.file, isolation_level=None)
        try:
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            database.execute("BEGIN EXCLUSIVE")
            timings, begun = Timings(), time.monotonic()
            result = check_paths([Path()], Request(current=root, pack=name, cache=cache, timings=timings))
            assert (len(result.findings), result.problems) == (2, [])
            assert "locked" in " ".join(timings.remarks)
            assert time.monotonic() - begun < 10
        finally:
            database.close()

    def test_a_strangers_word_for_a_clean_project(self, project: Write, pack: Pack, tmp_path: Path) -> None:
        """The stranger checks a project that looks the same, and puts the result where the user's cache is asked for."""
        name = pack(RULES)
        root = project({**FILES, "app/a.py": "good()\n"})
        inside = root / "cache"
        assert len(check(root, name, Cache(inside, tmp_path / "stranger")).findings) == 1
        forged = Cache(inside, tmp_path / "own")
        timings = Timings()
        for text, count in (("good()\n", 1), ("bad()\n", 2)):
            (root / "app/a.py").write_text(text)
            assert len(check(root, name, forged).findings) == count
        check_paths([Path()], Request(current=root, pack=name, cache=forged, timings=timings))
        assert "was not begun by this user" in " ".join(timings.remarks)


def execute(file: Path, *statements: str) -> None:
    database = sqlite3.connect(file, isolation_level=None)
    for statement in statements:
        database.execute(statement)
    database.close()


_SAY_WHAT_IS_IMPORTED = """
import sys
from pathlib import Path
from backend_lint.engine.cache_folder import Cache
from backend_lint.engine.check import Request, check_paths

folder, own, root = map(Path, sys.argv[1:])
check_paths([Path()], Request(current=root, cache=Cache(folder, own)))
heavy = ("libcst", "rich", "multiprocessing", "backend_lint.semantics", "backend_lint.frameworks", "backend_lint_rules.exposure")
print([name for name in heavy if name in sys.modules])
"""


def test_nothing_is_imported_for_a_run_that_is_known(project: Write, cache: Cache) -> None:
    root = project({"app/a.py": "import flask\napp = flask.Flask(__name__)\n"})
    top = Path(__file__).parents[2]
    command = [sys.executable, "-c", _SAY_WHAT_IS_IMPORTED, str(cache.folder), str(cache.own), str(root)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(top), str(top / "rules")])}
    told = [subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout for _ in range(2)]
    assert "backend_lint.semantics" in told[0]
    assert "libcst" not in told[0], "the interpreter's own parser reads what it can"
    assert told[1] == "[]\n"
