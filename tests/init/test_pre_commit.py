"""The hook in `.pre-commit-config.yaml`: the file with it says what it said before, and the hook."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from backend_lint.agents.settings import Refusal
from backend_lint.init.pre_commit import with_hook

HOOK = {
    "repo": "local",
    "hooks": [
        {
            "id": "backend-lint",
            "name": "backend-lint (new findings only)",
            "entry": "backend-lint review --pre-commit",
            "language": "system",
            "pass_filenames": False,
            "always_run": True,
            "require_serial": True,
        }
    ],
}

RUFF = "- repo: https://example.org/ruff\n  rev: v1\n  hooks:\n    - id: ruff\n"


def shifted(text: str, by: int) -> str:
    return "".join(f"{' ' * by}{line}" for line in text.splitlines(keepends=True))


@pytest.mark.parametrize(
    "text",
    [
        f"repos:\n{RUFF}",
        f"repos:\n{shifted(RUFF, 2)}",
        f"repos:  # hooks\n\n{shifted(RUFF, 4)}\n\n",
        f"# first\nfail_fast: true\nrepos:\n{shifted(RUFF, 2)}\n# about ci\nci:\n  skip: [ruff]\n",
        f"repos:\n{RUFF}\nci:\n  skip: [ruff]\n",
        f"---\nrepos:\n{RUFF}{RUFF}",
        "repos: []\n",
        "repos:\n",
        f"repos:\n{shifted(RUFF, 2)}".rstrip("\n"),
        f"repos:\n{shifted(RUFF, 2)}".replace("\n", "\r\n"),
        "repos:\n  # none yet\n",
    ],
)
def test_the_hook_is_the_last_of_the_list(text: str) -> None:
    before = yaml.safe_load(text)
    after = with_hook(text, "backend-lint")
    assert yaml.safe_load(after) == {**before, "repos": [*(before["repos"] or []), HOOK]}
    assert with_hook(after, "backend-lint") == after
    kept = after.replace("\r\n", "\n")
    assert all(line in kept for line in text.replace("\r\n", "\n").splitlines() if "[]" not in line)
    assert ("\r\n" in after) == ("\r\n" in text)


def test_without_a_file() -> None:
    for text in (None, "", "\n"):
        assert yaml.safe_load(with_hook(text, "backend-lint")) == {"repos": [HOOK]}
    assert (
        yaml.safe_load(with_hook(None, "uv run backend-lint"))["repos"][0]["hooks"][0]["entry"] == "uv run backend-lint review --pre-commit"
    )


@pytest.mark.parametrize(
    "command", ["uv run backend-lint", 'sh: -c # "backend-lint', "'x' & backend-lint", "é: backend-lint", "@x/backend-lint"]
)
def test_how_the_tool_is_run(command: str) -> None:
    assert yaml.safe_load(with_hook(None, command))["repos"][0]["hooks"][0]["entry"] == f"{command} review --pre-commit"


@pytest.mark.parametrize("identifier", ["backend-lint", "backend-lint-files", '"backend-lint"', "backend-lint # the gate"])
def test_a_hook_of_this_tool_is_enough(identifier: str) -> None:
    text = f"repos:\n- repo: https://example.org/backend-lint\n  rev: v1\n  hooks:\n  - id: {identifier}\n    args: [--fail-on, error]\n"
    assert with_hook(text, "backend-lint") == text


@pytest.mark.parametrize("text", ["{repos: [{repo: local}]}\n", "ci: {}\n", "repos: [{repo: local}]\n", "repos:\n  key: value\n"])
def test_another_form_is_left_alone(text: str) -> None:
    with pytest.raises(Refusal, match=r"\.pre-commit-config\.yaml"):
        with_hook(text, "backend-lint")


_WORD = st.sampled_from(["ruff", "black", "x"])
_ITEMS = st.lists(
    st.builds(lambda name, rev: {"repo": f"https://example.org/{name}", "rev": rev, "hooks": [{"id": name}]}, _WORD, _WORD), max_size=3
)
_TOP = st.dictionaries(
    st.sampled_from(["ci", "fail_fast", "exclude", "default_stages"]), st.one_of(_WORD, st.lists(_WORD, max_size=2)), max_size=3
)


@given(before=_TOP, items=_ITEMS, after=_TOP, indent=st.sampled_from([2, 4]))
@settings(max_examples=100, deadline=None)
def test_all_files(before: dict[str, object], items: list[object], after: dict[str, object], indent: int) -> None:
    document = {**before, "repos": items, **{f"z{key}": value for key, value in after.items()}}
    text = yaml.safe_dump(document, sort_keys=False, indent=indent)
    assert yaml.safe_load(with_hook(text, "backend-lint")) == {**document, "repos": [*items, HOOK]}
