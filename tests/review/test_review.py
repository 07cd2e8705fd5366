"""What a change adds, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend_lint.source.git import GitFault
from tests.review.repositories import Repo, rules_of

ONLY = {"select": ["BL301", "BL303", "BL501"]}

APP = """
    from fastapi import FastAPI

    from shop.errors import explain

    app = FastAPI()


    @app.get("/orders")
    def orders():
        try:
            return load()
        except Exception as error:
            return {"error": explain(error)}


    def load():
        return []
"""
ERRORS = """
    def explain(error):
        return "something went wrong"
"""
LEAKING = """
    def explain(error):
        return str(error)
"""
OLD = """
    from fastapi import FastAPI

    app = FastAPI()


    @app.get("/old")
    def old():
        try:
            return 1
        except Exception as error:
            return {"error": str(error)}
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    found = Repo(tmp_path / "work")
    found.commit({"shop/__init__.py": "", "shop/app.py": APP, "shop/errors.py": ERRORS, "shop/old.py": OLD})
    return found


class TestWhatIsNew:
    def test_nothing(self, repo: Repo) -> None:
        found = repo.review(range="HEAD..HEAD", **ONLY)
        assert found.verdict == "pass"
        assert found.remarks == ["no Python file and no configuration differs between the two sides"]

    def test_new_finding_in_a_new_file(self, repo: Repo) -> None:
        repo.commit({"shop/more.py": OLD})
        found = repo.review(commit="HEAD", **ONLY)
        assert found.verdict == "fail"
        assert found.exit_code == 1
        assert rules_of(found) == ["BL301 shop/more.py:11"]
        assert len(found.existing) == 1
        assert found.new[0].cause.kind == "line"

    def test_finding_in_an_untouched_file_that_the_change_causes(self, repo: Repo) -> None:
        repo.commit({"shop/errors.py": LEAKING})
        found = repo.review(commit="HEAD", **ONLY)
        (new,) = found.new
        assert new.finding.path == "shop/app.py"
        assert new.cause.kind == "trace"
        assert (new.cause.path, new.cause.line) == ("shop/errors.py", 2)
        assert found.verdict == "fail"

    def test_finding_that_the_change_fixes(self, repo: Repo) -> None:
        repo.commit({"shop/old.py": OLD.replace("str(error)", '"failed"')})
        found = repo.review(commit="HEAD", **ONLY)
        assert (found.verdict, len(found.new), len(found.fixed), len(found.existing)) == ("pass", 0, 1, 0)

    def test_moved_lines_are_old(self, repo: Repo) -> None:
        repo.commit({"shop/old.py": "\n# a comment\n\n" + "\n".join(line[4:] for line in OLD.splitlines())})
        found = repo.review(commit="HEAD", **ONLY)
        assert (found.verdict, len(found.new), len(found.fixed), len(found.existing)) == ("pass", 0, 0, 1)

    def test_renamed_and_edited_file_is_old(self, repo: Repo) -> None:
        repo.write({"shop/old.py": None})
        repo.commit({"shop/web/renamed.py": OLD.replace("return 1", "return 2")})
        found = repo.review(commit="HEAD", **ONLY)
        assert (found.verdict, len(found.new), len(found.fixed), len(found.existing)) == ("pass", 0, 0, 1)

    def test_renamed_function_is_old(self, repo: Repo) -> None:
        repo.commit({"shop/old.py": OLD.replace("def old", "def listing").replace("return 1", "return 5")})
        found = repo.review(commit="HEAD", **ONLY)
        assert (len(found.new), len(found.existing)) == (0, 1)

    def test_function_moved_to_another_file_is_old(self, repo: Repo) -> None:
        repo.commit({"shop/old.py": "X = 1\n", "shop/moved.py": OLD})
        found = repo.review(commit="HEAD", **ONLY)
        assert (len(found.new), len(found.existing), len(found.fixed)) == (0, 1, 0)

    def test_copied_function_is_new(self, repo: Repo) -> None:
        repo.commit({"shop/copy.py": OLD})
        found = repo.review(commit="HEAD", **ONLY)
        assert rules_of(found) == ["BL301 shop/copy.py:11"]

    def test_second_copy_of_a_statement_is_new(self, repo: Repo) -> None:
        more = OLD + '        except ValueError as error:\n            return {"error": str(error)}\n'
        twice = OLD.replace("except Exception as error", "except OSError as error") + (
            '        except Exception as error:\n            return {"error": str(error)}\n'
        )
        assert more != twice
        repo.commit({"shop/old.py": twice})
        found = repo.review(commit="HEAD", **ONLY)
        assert (len(found.new), len(found.existing)) == (1, 1)

    def test_line_ends_and_byte_order_mark_are_no_change(self, repo: Repo) -> None:
        text = (repo.folder / "shop/old.py").read_bytes()
        repo.commit({"shop/old.py": b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n")})
        found = repo.review(commit="HEAD", **ONLY)
        assert (found.verdict, found.changed) == ("pass", 0)

    def test_back_and_forth_swap_new_and_fixed(self, repo: Repo) -> None:
        start = repo.git("rev-parse", "HEAD")
        end = repo.commit({"shop/errors.py": LEAKING, "shop/old.py": OLD.replace("str(error)", '"failed"')})
        forth, back = repo.review(range=f"{start}..{end}", **ONLY), repo.review(range=f"{end}..{start}", **ONLY)
        assert (len(forth.new), len(forth.fixed)) == (1, 1)
        assert (len(back.new), len(back.fixed)) == (1, 1)
        assert {new.finding.path for new in forth.new} == {finding.path for finding in back.fixed}


class TestWhatIsCompared:
    def test_working_tree_with_untracked_files(self, repo: Repo) -> None:
        repo.git("checkout", "-q", "-b", "topic")
        repo.write({"shop/new.py": OLD})
        found = repo.review(**ONLY)
        assert rules_of(found) == ["BL301 shop/new.py:11"]
        assert found.base.label == "where HEAD left main"

    def test_ignored_files_are_no_part_of_it(self, repo: Repo) -> None:
        repo.commit({".gitignore": "scratch.py\n"})
        repo.git("checkout", "-q", "-b", "topic")
        repo.write({"scratch.py": OLD, "shop/x.py": "X = 1\n"})
        assert repo.review(**ONLY).verdict == "pass"

    def test_what_is_staged_and_not_what_lies_on_the_disk(self, repo: Repo) -> None:
        repo.write({"shop/new.py": OLD})
        repo.git("add", "shop/new.py")
        repo.write({"shop/new.py": "X = 1\n", "shop/other.py": OLD})
        assert rules_of(repo.review(staged=True, **ONLY)) == ["BL301 shop/new.py:11"]

    def test_patch(self, repo: Repo) -> None:
        repo.write({"shop/new.py": OLD})
        repo.git("add", "-A")
        patch = repo.git("diff", "--cached", "--no-color", "--no-ext-diff").encode() + b"\n"
        repo.git("reset", "-q", "--hard")
        found = repo.review(patch=patch, **ONLY)
        assert rules_of(found) == ["BL301 shop/new.py:11"]
        assert not (repo.folder / "shop/new.py").exists()

    def test_patch_that_does_not_apply(self, repo: Repo) -> None:
        patch = b"--- a/shop/old.py\n+++ b/shop/old.py\n@@ -1 +1 @@\n-nothing of that\n+else\n"
        with pytest.raises(GitFault, match=r"does not apply: .*shop/old\.py"):
            repo.review(patch=patch, **ONLY)

    def test_default_base_when_nothing_is_changed_is_the_commit_before(self, repo: Repo) -> None:
        repo.commit({"shop/new.py": OLD})
        found = repo.review(**ONLY)
        assert found.base.label == "HEAD^"
        assert rules_of(found) == ["BL301 shop/new.py:11"]

    def test_pull_request_on_github_compares_with_the_first_parent_of_the_merge(self, repo: Repo) -> None:
        repo.git("checkout", "-q", "-b", "topic")
        repo.commit({"shop/topic.py": OLD})
        repo.git("checkout", "-q", "main")
        repo.commit({"shop/meanwhile.py": OLD})
        repo.git("merge", "-q", "--no-ff", "-m", "merge", "topic")
        found = repo.review(environment={"GITHUB_ACTIONS": "true", "GITHUB_BASE_REF": "main"}, **ONLY)
        assert rules_of(found) == ["BL301 shop/topic.py:11"]

    def test_shallow_clone_says_what_to_fetch(self, repo: Repo, tmp_path: Path) -> None:
        repo.git("checkout", "-q", "-b", "topic")
        repo.commit({"shop/topic.py": OLD})
        repo.git("checkout", "-q", "main")
        repo.commit({"shop/meanwhile.py": OLD})
        repo.git("clone", "-q", "--depth=1", "--no-single-branch", f"file://{repo.folder}", str(tmp_path / "clone"))
        clone = Repo(tmp_path / "clone")
        clone.git("checkout", "-q", "topic")
        with pytest.raises(GitFault, match="cut off") as fault:
            clone.review(base="origin/main", **ONLY)
        assert "fetch" in fault.value.hint

    def test_first_commit(self, tmp_path: Path) -> None:
        repo = Repo(tmp_path / "new")
        repo.write({"a.py": OLD})
        assert rules_of(repo.review(**ONLY)) == ["BL301 a.py:11"]
        repo.git("add", "-A")
        assert rules_of(repo.review(staged=True, **ONLY)) == ["BL301 a.py:11"]
        repo.commit()
        assert rules_of(repo.review(commit="HEAD", **ONLY)) == ["BL301 a.py:11"]

    def test_nothing_in_the_repository_changes(self, repo: Repo) -> None:
        repo.write({"shop/new.py": OLD})
        repo.git("add", "-A")
        repo.write({"shop/old.py": None})
        before = repo.snapshot()
        repo.review(staged=True, **ONLY)
        repo.review(base="HEAD", **ONLY)
        repo.review(patch=b"--- /dev/null\n+++ b/n.py\n@@ -0,0 +1 @@\n+X = 1\n", **ONLY)
        assert repo.snapshot() == before


class TestIncomplete:
    def test_changed_file_that_does_not_parse(self, repo: Repo) -> None:
        repo.commit({"shop/broken.py": "def f(:\n"})
        found = repo.review(commit="HEAD", **ONLY)
        assert (found.verdict, found.exit_code) == ("incomplete", 2)

    def test_unchanged_file_that_does_not_parse(self, repo: Repo) -> None:
        repo.commit({"shop/broken.py": "def f(:\n"})
        repo.commit({"shop/fine.py": "X = 1\n"})
        found = repo.review(commit="HEAD", **ONLY)
        assert (found.verdict, found.unparsed) == ("pass", 1)

    def test_file_that_did_not_parse_before(self, repo: Repo) -> None:
        body = "\n".join(line[4:] for line in OLD.splitlines())
        repo.commit({"shop/broken.py": body + "\n)\n"})
        repo.commit({"shop/broken.py": body + "\n\nTOKEN = 1\n"})
        found = repo.review(commit="HEAD", **ONLY)
        assert found.new == []
        assert "could not be parsed" in found.remarks[-1]

    @pytest.mark.parametrize("name", ["no-such-branch", "--all", ""])
    def test_unknown_base(self, repo: Repo, name: str) -> None:
        with pytest.raises(GitFault, match="there is no commit"):
            repo.review(base=name, **ONLY)


class TestGate:
    SUPPRESSED = OLD.replace("str(error)}", "str(error)}  # backend-lint: ignore[BL301] -- fine here")

    def test_added_suppression_does_not_hide_from_the_base_policy(self, repo: Repo) -> None:
        repo.commit({"shop/new.py": self.SUPPRESSED})
        strict = repo.review(commit="HEAD", policy="base", **ONLY)
        assert rules_of(strict) == ["BL301 shop/new.py:11"]
        assert [item.kind for item in strict.policy] == ["suppressed-finding", "suppression"]
        assert strict.is_policy_failing
        lenient = repo.review(commit="HEAD", policy="head", **ONLY)
        assert (lenient.verdict, lenient.new, lenient.suppressed) == ("pass", [], 1)
        assert len(lenient.policy) == 2

    def test_suppression_of_an_old_finding_fails_the_base_policy(self, repo: Repo) -> None:
        repo.commit({"shop/old.py": self.SUPPRESSED})
        found = repo.review(commit="HEAD", policy="base", **ONLY)
        assert (found.verdict, found.new) == ("fail", [])
        allowed = repo.review(commit="HEAD", policy="base", allow_suppressions=True, **ONLY)
        assert allowed.verdict == "pass"

    @pytest.mark.parametrize(
        "hidden",
        [
            OLD.replace("str(error)}", "str(error)}  # noqa: BL301"),
            OLD.replace("str(error)}", "str(error)}  # noqa"),
            OLD.replace("    def old", "    # backend-lint: ignore[exposure] -- prototype\n    def old"),
            "    # backend-lint: ignore-file[BL3] -- prototype\n" + OLD,
        ],
    )
    def test_suppression_of_any_form(self, repo: Repo, hidden: str) -> None:
        repo.commit({"shop/old.py": hidden})
        found = repo.review(commit="HEAD", policy="base", **ONLY)
        assert {item.kind for item in found.policy} == {"suppression", "suppressed-finding"}
        assert (found.verdict, found.new, found.fixed) == ("fail", [], [])

    def test_suppression_that_is_made_to_hide_more(self, repo: Repo) -> None:
        narrow = OLD.replace("str(error)}", "str(error)}  # backend-lint: ignore[BL501] -- a sample")
        repo.commit({"shop/old.py": narrow})
        repo.commit({"shop/old.py": narrow.replace("[BL501]", "[BL501, BL301]")})
        found = repo.review(commit="HEAD", policy="base", **ONLY)
        assert {item.kind for item in found.policy} == {"suppression", "suppressed-finding"}
        assert found.verdict == "fail"

    def test_removed_suppression_makes_the_finding_new(self, repo: Repo) -> None:
        repo.commit({"shop/old.py": self.SUPPRESSED})
        repo.commit({"shop/old.py": OLD})
        found = repo.review(commit="HEAD", **ONLY)
        assert rules_of(found) == ["BL301 shop/old.py:11"]
        assert found.new[0].was_suppressed

    def test_old_suppression_still_counts(self, repo: Repo) -> None:
        repo.commit({"shop/old.py": self.SUPPRESSED})
        repo.commit({"shop/old.py": self.SUPPRESSED.replace("return 1", "return 2")})
        found = repo.review(commit="HEAD", policy="base", **ONLY)
        assert (found.verdict, found.new, found.policy) == ("pass", [], [])

    def test_weaker_configuration(self, repo: Repo) -> None:
        repo.commit({"backend-lint.toml": "exclude = ['gen']\n"})
        weak = "exclude = ['gen', 'shop/more.py']\nignore = ['BL301']\nfail-on = 'never'\n[severity]\nBL303 = 'note'\n"
        repo.commit({"shop/more.py": OLD, "backend-lint.toml": weak})
        found = repo.review(commit="HEAD", policy="base")
        assert "BL301 shop/more.py:11" in rules_of(found)
        kinds = {item.kind for item in found.policy}
        assert kinds == {"exclude", "disabled-rule", "severity", "fail-level"}
        assert found.verdict == "fail"
        own = repo.review(commit="HEAD", policy="head")
        assert own.verdict == "pass"
        assert {item.kind for item in own.policy} == kinds

    def test_weakenings_are_told_once_with_the_files_that_they_concern(self, repo: Repo) -> None:
        plain = "# nothing\n"
        paths = [f"shop/gen/{name}.py" for name in "abcde"]
        repo.commit({**dict.fromkeys(paths, plain), "backend-lint.toml": "include-tests = true\n"})
        weak = (
            "exclude = ['shop/gen/']\nignore = ['BL301']\nvalidators = ['shop.old.old']\n"
            "[severity]\ntypes = 'note'\n[per-file-ignores]\n'shop/old.py' = ['ALL']\n'shop/new.py' = ['lifecycle']\n"
        )
        repo.commit({"shop/new.py": plain, "backend-lint.toml": weak})
        found = repo.review(commit="HEAD", policy="base")
        assert sorted(item.message for item in found.policy) == [
            "checks tests, migrations and examples no more",
            "declares `shop.old.old` a validator",
            "leaves out `shop/gen/a.py`, `shop/gen/b.py`, `shop/gen/c.py` and 2 more files",
            "lowers BL700, BL701, BL702 from warning to note",
            "switches off BL301",
            "switches off BL901, BL902, BL903, BL904, BL905 in `shop/new.py`",
            "switches off all rules in `shop/old.py`",
        ]
        assert found.verdict == "fail"

    def test_rule_pack_in_the_change_hides_nothing_else_of_its_configuration(self, repo: Repo) -> None:
        repo.commit({"tools/pack.py": "raise SystemExit\n", "backend-lint.toml": "ignore = ['BL301']\nrule-packs = ['tools/pack.py']\n"})
        found = repo.review(commit="HEAD", policy="base")
        assert [(item.kind, item.path, item.message) for item in found.policy] == [
            ("disabled-rule", "backend-lint.toml", "switches off BL301"),
            ("rule-pack", "backend-lint.toml", "names the rule pack tools/pack.py, which is not run here"),
        ]
        assert found.verdict == "fail"

    def test_configuration_that_cannot_be_used_is_told_once_at_its_place(self, repo: Repo) -> None:
        repo.commit({"backend-lint.toml": "ignore = ['BL503']\n"})
        repo.commit({"backend-lint.toml": "ignore = ['BL503']\nselct = []\n"})
        found = repo.review(commit="HEAD", policy="base")
        assert [(item.kind, item.path, item.line) for item in found.policy] == [("unreadable-configuration", "backend-lint.toml", 2)]
        assert "unknown key" in found.policy[0].message

    def test_code_moved_to_where_it_is_not_checked(self, repo: Repo) -> None:
        repo.write({"shop/old.py": None})
        repo.commit({"tests/old.py": OLD})
        found = repo.review(commit="HEAD", policy="base", **ONLY)
        assert [item.kind for item in found.policy] == ["out-of-scope"]
        assert found.fixed == []

    @pytest.mark.parametrize("folder", ["scripts", "examples", "shop/migrations", "shop/tests"])
    def test_code_moved_to_where_less_is_reported(self, repo: Repo, folder: str) -> None:
        repo.write({"shop/old.py": None})
        repo.commit({f"{folder}/old.py": OLD})
        found = repo.review(commit="HEAD", policy="base", **ONLY)
        assert [(item.kind, item.path) for item in found.policy] == [("out-of-scope", f"{folder}/old.py")]
        assert (found.fixed, found.verdict) == ([], "fail")

    def test_file_renamed_out_of_what_the_configuration_leaves_out_and_back(self, repo: Repo) -> None:
        repo.commit({"backend-lint.toml": "exclude = ['legacy/']\n", "legacy/api.py": OLD, "shop/old.py": None})
        repo.write({"legacy/api.py": None})
        repo.commit({"shop/api.py": OLD})
        found = repo.review(commit="HEAD", policy="base", **ONLY)
        assert (rules_of(found), found.policy) == (["BL301 shop/api.py:11"], [])
        repo.write({"shop/api.py": None})
        repo.commit({"legacy/api.py": OLD})
        back = repo.review(commit="HEAD", policy="base", **ONLY)
        assert [(item.kind, item.path) for item in back.policy] == [("out-of-scope", "legacy/api.py")]
        assert (back.fixed, back.verdict) == ([], "fail")

    def test_code_marked_as_generated(self, repo: Repo) -> None:
        repo.commit({"shop/old.py": "# Generated by hand, do not edit.\n" + "\n".join(line[4:] for line in OLD.splitlines())})
        found = repo.review(commit="HEAD", policy="base", **ONLY)
        assert [(item.kind, item.path) for item in found.policy] == [("out-of-scope", "shop/old.py")]
        assert "generated code" in found.policy[0].message
        assert (found.fixed, found.verdict) == ([], "fail")

    def test_some_new_findings_may_be_let_pass(self, repo: Repo) -> None:
        repo.commit({"shop/new.py": OLD})
        assert repo.review(commit="HEAD", max_new=1, **ONLY).verdict == "pass"
        assert repo.review(commit="HEAD", line={"fail_on": "never"}, **ONLY).verdict == "pass"
