"""What holds for every change, whatever it is."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend_lint.findings.model import Finding
from tests.review.repositories import Repo
from tests.review.sources import HEADER, leak

RULES = ("BL301", "BL501", "BL801")
FEW = settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))

#: Functions that a module is put together from, with faults and without.
PARTS = [
    leak("show").removeprefix(HEADER),
    leak("totals", result="sum(range(9))").removeprefix(HEADER).replace("Exception", "OSError"),
    '@app.get("/fine")\ndef fine():\n    return {"ok": True}\n',
    '@app.get("/slow")\nasync def slow():\n    time.sleep(3)\n    return {"ok": True}\n',
    "def helper(number):\n    if number > 3:\n        return number\n    return 0\n",
    'SIGNING_SECRET = "f81hJ2k0s9dLq7zX3vB5nM6w"\n',
    '@app.get("/two")\nasync def two():\n    time.sleep(1)\n    return helper(2)\n',
]
TOP = "import time\n\n" + HEADER
Choice = tuple[int, ...]
choices = st.lists(st.integers(0, len(PARTS) - 1), max_size=5, unique=True).map(tuple)
projects = st.dictionaries(st.sampled_from(["a.py", "shop/b.py", "shop/c.py"]), choices, min_size=1)


def module(choice: Choice) -> str:
    return TOP + "\n\n".join(PARTS[number] for number in choice)


def repository(folder: str, *states: dict[str, Choice]) -> tuple[Repo, list[str]]:
    """A repository with a commit for each state, and their ids."""
    repo = Repo(Path(folder) / "work")
    commits: list[str] = []
    known: set[str] = set()
    for state in states:
        files: dict[str, str | bytes | None] = {path: module(choice) for path, choice in state.items()}
        commits.append(repo.commit({**dict.fromkeys(known - set(files)), **files}))
        known = set(files)
    return repo, commits


def identities(findings: list[Finding]) -> Counter[tuple[str, str, str | None, str]]:
    return Counter((finding.rule, finding.path, finding.function, finding.statement) for finding in findings)


@FEW
@given(state=projects)
def test_an_empty_change_passes(state: dict[str, Choice]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        repo, (commit,) = repository(folder, state)
        for found in (
            repo.review(range=f"{commit}..{commit}", select=RULES),
            repo.review(base="HEAD", select=RULES),
            repo.review(staged=True, select=RULES),
            repo.review(patch=b"", select=RULES),
        ):
            assert (found.verdict, found.new, found.fixed, found.changed) == ("pass", [], [], 0)


@FEW
@given(one=projects, other=projects)
def test_back_and_forth_swap_new_and_fixed(one: dict[str, Choice], other: dict[str, Choice]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        repo, (start, end) = repository(folder, one, other)
        forth, back = repo.review(range=f"{start}..{end}", select=RULES), repo.review(range=f"{end}..{start}", select=RULES)
        assert identities([new.finding for new in forth.new]) == identities(back.fixed)
        assert identities([new.finding for new in back.new]) == identities(forth.fixed)
        assert len(forth.existing) == len(back.existing)


@FEW
@given(choice=choices, seed=st.integers(0, 1000))
def test_another_order_of_functions_adds_nothing(choice: Choice, seed: int) -> None:
    mixed = list(choice)
    random.Random(seed).shuffle(mixed)
    with tempfile.TemporaryDirectory() as folder:
        repo, _ = repository(folder, {"a.py": choice}, {"a.py": tuple(mixed)})
        found = repo.review(commit="HEAD", select=RULES)
        assert (found.new, found.fixed) == ([], [])


def with_lines(text: str, places: list[int], line: str) -> str:
    lines = text.splitlines()
    for place in sorted(places, reverse=True):
        at = place % (len(lines) + 1)
        following = lines[at] if at < len(lines) else ""
        indent = following[: len(following) - len(following.lstrip())]
        lines.insert(at, indent + line if line else "")
    return "\n".join(lines) + "\n"


@FEW
@given(choice=choices, places=st.lists(st.integers(0, 60), min_size=1, max_size=6), line=st.sampled_from(["", "# a remark", "#"]))
def test_more_lines_and_comments_add_nothing(choice: Choice, places: list[int], line: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        repo, _ = repository(folder, {"a.py": choice})
        repo.commit({"a.py": with_lines(module(choice), places, line)})
        found = repo.review(commit="HEAD", select=RULES)
        assert (found.verdict, found.new, found.fixed) == ("pass", [], [])


def narrow(text: str) -> str:
    """The same code as another formatter might write it."""
    text = text.replace("    ", "  ").replace('"', "'").replace("\n\n\n", "\n\n")
    text = text.replace("return {'error': str(error)}", "return {\n          'error': str(error),\n        }")
    return text.replace("(3)", "(\n    3,\n  )").replace("':", "' :").replace("\n", "\r\n")


@FEW
@given(choice=choices)
def test_another_format_adds_nothing(choice: Choice) -> None:
    with tempfile.TemporaryDirectory() as folder:
        repo, _ = repository(folder, {"a.py": choice})
        repo.commit({"a.py": narrow(module(choice))})
        found = repo.review(commit="HEAD", select=RULES)
        assert (found.verdict, found.new, found.fixed) == ("pass", [], [])


@FEW
@given(state=projects, folder=st.sampled_from(["x/", "shop/deeper/", ""]), name=st.sampled_from(["{}", "new_{}"]))
def test_other_names_of_files_add_nothing(state: dict[str, Choice], folder: str, name: str) -> None:
    def moved(path: str) -> str:
        above, _, last = path.rpartition("/")
        return f"{folder}{above}/{name.format(last)}".replace("//", "/").lstrip("/")

    renamed = {moved(path): choice for path, choice in state.items()}
    with tempfile.TemporaryDirectory() as place:
        repo, _ = repository(place, state, renamed)
        found = repo.review(commit="HEAD", select=RULES)
        assert (found.new, found.fixed) == ([], [])


# --- nothing is written


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """A repository in the middle of work: a stash, something staged, something untracked, a branch."""
    repo = Repo(tmp_path_factory.mktemp("busy") / "work")
    repo.commit({f"shop/m{number}.py": module((0, 1, 3, 6)) for number in range(12)})
    repo.git("checkout", "-q", "-b", "topic")
    repo.write({"shop/m1.py": module((2,))})
    repo.git("stash")
    repo.commit({"shop/m2.py": module((0, 1, 2)), "shop/more.py": module((0,))})
    repo.write({"shop/m3.py": module((1,)), "shop/m4.py": module((0, 5))})
    repo.git("add", "shop/m3.py")
    repo.write({"shop/m3.py": module((1, 4)), "new.py": module((0,)), "shop/m5.py": None})
    return repo


WAYS: list[list[str]] = [
    [],
    ["--base", "main"],
    ["--staged"],
    ["--commit", "HEAD"],
    ["--range", "main..HEAD"],
    ["--patch", "-"],
]
PATCH = b"--- /dev/null\n+++ b/patched.py\n@@ -0,0 +1 @@\n+X = 1\n"


def started(repo: Repo, words: list[str], temporary: Path) -> subprocess.Popen[bytes]:
    source = Path(__file__).resolve().parents[2]
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "GITHUB_", "CI"))}
    environment = {**clean, "PYTHONPATH": os.pathsep.join([str(source), str(source / "rules")]), "TMPDIR": str(temporary)}
    command = [sys.executable, "-m", "backend_lint", "review", "--select", "BL301", *words]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, cwd=repo.folder, env=environment, **pipes)  # type: ignore[call-overload,no-any-return]  # pipes by name


@pytest.mark.parametrize("words", WAYS, ids=lambda words: "-".join(words) or "default")
def test_a_review_writes_nothing(busy: Repo, tmp_path: Path, words: list[str]) -> None:
    before = busy.snapshot(), busy.links()
    process = started(busy, words, tmp_path)
    process.communicate(PATCH, timeout=120)
    assert process.returncode in (0, 1)
    assert (busy.snapshot(), busy.links()) == before
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("after", [0.15, 0.4, 0.8])
def test_a_killed_review_writes_nothing(busy: Repo, tmp_path: Path, how: signal.Signals, after: float) -> None:
    before = busy.snapshot(), busy.links()
    for words in (["--staged"], ["--patch", "-"], []):
        process = started(busy, words, tmp_path)
        assert process.stdin is not None
        process.stdin.write(PATCH)
        process.stdin.close()
        time.sleep(after)
        process.send_signal(how)
        process.wait(timeout=120)
        assert (busy.snapshot(), busy.links()) == before
    assert busy.git("status", "--porcelain").splitlines()[0].startswith(("M", "A", " ", "D", "?"))
