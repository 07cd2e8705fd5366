"""Patches that are not applied: of every form, made by every tool, good and bad."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend_lint.review.model import Review
from backend_lint.source.git import GitFault
from tests.review.repositories import Repo, rules_of
from tests.review.sources import CLEAN, LEAKS, handlers, leak

TOPIC = ["BL301 shop/api.py:19"]


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    found = Repo(tmp_path / "work")
    found.commit({"shop/api.py": leak(), "shop/clean.py": CLEAN, "run.sh": "true\n", "logo.png": b"\x89PNG\0\1\2"})
    return found


def made(repo: Repo, *options: str, files: dict[str, str | bytes | None] | None = None) -> bytes:
    """The diff from HEAD to some files, as git writes it with options; the working tree is as it was then."""
    if files is not None:
        repo.write(files)
    repo.git("add", "-A")
    text = repo.git("diff", "--cached", "--no-color", "--no-ext-diff", *options, strip=False)
    repo.git("reset", "-q", "--hard")
    return text.encode("utf-8", "surrogateescape")


def reviewed(repo: Repo, patch: bytes) -> Review:
    before = repo.snapshot()
    found = repo.review(patch=patch, select=LEAKS)
    assert repo.snapshot() == before
    return found


PREFIXES = [
    ("--src-prefix=a/", "--dst-prefix=b/"),
    ("--no-prefix",),
    ("--src-prefix=i/", "--dst-prefix=w/"),
    ("--src-prefix=old/", "--dst-prefix=new/"),
]


@pytest.mark.parametrize("options", PREFIXES)
class TestPrefixes:
    def test_edited(self, repo: Repo, options: tuple[str, ...]) -> None:
        patch = made(repo, *options, files={"shop/api.py": handlers("show", "topic")})
        assert rules_of(reviewed(repo, patch)) == TOPIC

    def test_added(self, repo: Repo, options: tuple[str, ...]) -> None:
        assert rules_of(reviewed(repo, made(repo, *options, files={"a/new.py": leak()}))) == ["BL301 a/new.py:11"]

    def test_deleted(self, repo: Repo, options: tuple[str, ...]) -> None:
        found = reviewed(repo, made(repo, *options, files={"shop/api.py": None}))
        assert (found.verdict, len(found.fixed)) == ("pass", 1)

    def test_renamed(self, repo: Repo, options: tuple[str, ...]) -> None:
        repo.git("mv", "shop/api.py", "shop/views.py")
        found = reviewed(repo, made(repo, "-M", *options))
        assert (found.verdict, len(found.existing), len(found.fixed)) == ("pass", 1, 0)

    def test_renamed_and_edited(self, repo: Repo, options: tuple[str, ...]) -> None:
        repo.git("mv", "shop/api.py", "shop/views.py")
        found = reviewed(repo, made(repo, "-M10%", *options, files={"shop/views.py": handlers("show", "topic")}))
        assert rules_of(found) == ["BL301 shop/views.py:19"]

    def test_copied(self, repo: Repo, options: tuple[str, ...]) -> None:
        patch = made(repo, "-C", "-C", *options, files={"shop/copy.py": leak()})
        assert b"copy from" in patch
        assert rules_of(reviewed(repo, patch)) == ["BL301 shop/copy.py:11"]


class TestForms:
    def test_without_context(self, repo: Repo) -> None:
        assert rules_of(reviewed(repo, made(repo, "-U0", files={"shop/api.py": handlers("show", "topic")}))) == TOPIC

    def test_of_another_tool(self, repo: Repo) -> None:
        """As `diff -u` writes it: times behind the names, no line of git's."""
        lines = made(repo, files={"shop/api.py": handlers("show", "topic")}).splitlines(keepends=True)
        start = next(index for index, line in enumerate(lines) if line.startswith(b"@@"))
        head = b"--- shop/api.py\t2024-01-01 10:00:00 +0000\n+++ shop/api.py\t2024-01-02 10:00:00 +0000\n"
        assert rules_of(reviewed(repo, head + b"".join(lines[start:]))) == TOPIC

    def test_mail(self, repo: Repo) -> None:
        repo.git("checkout", "-q", "-b", "topic")
        repo.commit({"shop/api.py": handlers("show", "topic")}, message="diff --git is a line of its own\n\n--- and\n+++ so")
        patch = repo.git("format-patch", "-1", "--stdout", "--no-color", "--no-ext-diff", "--no-signature", strip=False).encode()
        repo.git("checkout", "-q", "main")
        assert rules_of(reviewed(repo, patch)) == TOPIC

    def test_mode_alone(self, repo: Repo) -> None:
        (repo.folder / "run.sh").chmod(0o755)
        patch = made(repo)
        assert b"new mode 100755" in patch
        assert reviewed(repo, patch).verdict == "pass"

    def test_empty_file(self, repo: Repo) -> None:
        assert reviewed(repo, made(repo, files={"shop/__init__.py": ""})).verdict == "pass"

    def test_nothing(self, repo: Repo) -> None:
        assert reviewed(repo, b"").verdict == "pass"
        assert reviewed(repo, b"\n\n").verdict == "pass"

    def test_no_patch_at_all(self, repo: Repo) -> None:
        with pytest.raises(GitFault, match="does not apply"):
            reviewed(repo, b"I have changed the file as you asked.\n")

    def test_line_ends(self, repo: Repo) -> None:
        repo.commit({"shop/api.py": leak().replace("\n", "\r\n").encode()})
        patch = made(repo, files={"shop/api.py": handlers("show", "topic").replace("\n", "\r\n").encode()})
        assert rules_of(reviewed(repo, patch)) == TOPIC
        assert rules_of(reviewed(repo, patch.replace(b"\r\n", b"\n"))) == TOPIC

    def test_no_line_end_at_the_end(self, repo: Repo) -> None:
        assert rules_of(reviewed(repo, made(repo, files={"shop/api.py": handlers("show", "topic").rstrip("\n")}))) == TOPIC


class TestBinary:
    def test_with_its_bytes(self, repo: Repo) -> None:
        patch = made(repo, "--binary", files={"logo.png": b"\x89PNG\0\3", "shop/api.py": handlers("show", "topic")})
        assert rules_of(reviewed(repo, patch)) == TOPIC

    def test_without_its_bytes(self, repo: Repo) -> None:
        patch = made(repo, files={"logo.png": b"\x89PNG\0\3", "shop/api.py": handlers("show", "topic")})
        assert b"Binary files" in patch
        found = reviewed(repo, patch)
        assert rules_of(found) == TOPIC
        assert found.remarks == ["binary files of the patch are left out"]
        assert reviewed(repo, made(repo, files={"logo.png": b"\x89PNG\0\4"})).verdict == "pass"

    def test_python_file_that_is_said_to_be_binary(self, repo: Repo) -> None:
        patch = made(repo, files={"shop/api.py": b"X = '\0'\n"})
        assert b"Binary files" in patch
        with pytest.raises(GitFault, match=r"shop/api\.py"):
            reviewed(repo, patch)


class TestFit:
    def test_lines_elsewhere(self, repo: Repo) -> None:
        """The patch is for lines that have moved meanwhile."""
        patch = made(repo, files={"shop/api.py": leak().replace("str(error)", "repr(error)")})
        repo.commit({"shop/api.py": "# one\n# two\n" + leak()})
        found = reviewed(repo, patch)
        assert (found.verdict, found.changed, found.remarks) == ("pass", 1, [])

    def test_context_that_has_changed(self, repo: Repo) -> None:
        patch = made(repo, files={"shop/clean.py": CLEAN.replace('"failed"', "str(error)")})
        repo.commit({"shop/clean.py": CLEAN.replace("    try:", "    try:  # carefully")})
        found = reviewed(repo, patch)
        assert rules_of(found) == ["BL301 shop/clean.py:11"]
        assert found.remarks[0].startswith("the patch does not fit HEAD exactly")

    def test_wrong_counts_of_lines(self, repo: Repo) -> None:
        """As language models write them."""
        patch = b"--- a/shop/clean.py\n+++ b/shop/clean.py\n@@ -9,9 +9,9 @@\n         return 1\n     except Exception as error:\n"
        patch += b'-        return {"error": "failed"}\n+        return {"error": str(error)}\n'
        found = reviewed(repo, patch)
        assert rules_of(found) == ["BL301 shop/clean.py:11"]
        assert len(found.remarks) == 1

    def test_text_that_is_no_diff(self, repo: Repo) -> None:
        with pytest.raises(GitFault, match="there is no diff in it"):
            reviewed(repo, b"fatal: bad revision 'HEAD~1'\n")

    def test_file_that_is_not_there(self, repo: Repo) -> None:
        patch = made(repo, files={"shop/api.py": handlers("show", "topic")}).replace(b"shop/api.py", b"shop/none.py")
        with pytest.raises(GitFault, match=r"does not apply: .*shop/none\.py"):
            reviewed(repo, patch)

    def test_lines_that_are_not_there(self, repo: Repo) -> None:
        patch = b"--- a/shop/api.py\n+++ b/shop/api.py\n@@ -3,2 +3,2 @@\n-nothing of the kind\n+else\n app = FastAPI()\n"
        with pytest.raises(GitFault, match=r"does not apply: .*shop/api\.py:3"):
            reviewed(repo, patch)

    def test_file_that_is_there_already(self, repo: Repo) -> None:
        patch = made(repo, files={"shop/new.py": leak()})
        repo.commit({"shop/new.py": leak()})
        with pytest.raises(GitFault, match=r"shop/new\.py: already exists"):
            reviewed(repo, patch)

    @pytest.mark.parametrize("path", ["../outside.py", ".git/hooks/pre-commit"])
    def test_file_outside_of_the_repository(self, repo: Repo, path: str) -> None:
        patch = f"diff --git a/{path} b/{path}\nnew file mode 100644\n--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+X = 1\n"
        with pytest.raises(GitFault, match="does not apply"):
            reviewed(repo, patch.encode())

    def test_several_parts_of_which_one_does_not_apply(self, repo: Repo) -> None:
        patch = made(repo, files={"shop/api.py": handlers("show", "topic")})
        patch += b"diff --git a/run.sh b/run.sh\n--- a/run.sh\n+++ b/run.sh\n@@ -1 +1 @@\n-false\n+true\n"
        with pytest.raises(GitFault, match=r"run\.sh"):
            reviewed(repo, patch)
