"""The places of the lowered tree are those that libcst's own, slow position provider finds."""

from __future__ import annotations

import sysconfig
from collections.abc import Callable
from pathlib import Path

import libcst as cst
import pytest

import backend_lint
from backend_lint.source import generated_tokens, lower, nodes
from backend_lint.source.lower import Lowering
from backend_lint.source.parse import SyntaxFault, parse
from backend_lint.source.statement_lowering import block
from backend_lint.source.tokens import Tokens
from tests.source.reference import lowered_places, reference_places
from tests.source.snippets import SNIPPETS

_STANDARD_LIBRARY = Path(sysconfig.get_paths()["stdlib"])
_LARGEST = 60_000  # bytes: the reference is slow


def _standard_library_files() -> list[Path]:
    """Forty files spread over the standard library, the same each time."""
    files = sorted(
        path for path in _STANDARD_LIBRARY.glob("**/*.py") if "site-packages" not in path.parts and 2_000 < path.stat().st_size < _LARGEST
    )
    return files[:: max(1, len(files) // 40)][:40]


@pytest.fixture
def no_fallback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what hides a mistake of the tokeniser."""

    def refuse(module: cst.Module, text: str) -> tuple[list[str], list[int]]:
        pytest.fail("the tokeniser and the parser disagree")

    monkeypatch.setattr(generated_tokens, "generated_tokens", refuse)


def _assert_places(tree: nodes.Tree) -> None:
    expected = reference_places(cst.parse_module(tree.text), tree.line_starts)
    found = lowered_places(tree)
    missing, surplus = expected - found, found - expected
    assert not missing
    assert not surplus


@pytest.mark.usefixtures("no_fallback", "each_parser")
@pytest.mark.parametrize("text", SNIPPETS.values(), ids=SNIPPETS)
def test_snippets(text: str) -> None:
    _assert_places(parse("snippet.py", text.encode()))


@pytest.mark.usefixtures("no_fallback", "libcst_only")
@pytest.mark.parametrize("path", _standard_library_files(), ids=lambda path: path.relative_to(_STANDARD_LIBRARY).as_posix())
def test_standard_library(path: Path) -> None:
    data = path.read_bytes()
    try:
        compile(data, str(path), "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        with pytest.raises(SyntaxFault):
            parse("module.py", data)
    else:
        _assert_places(parse("module.py", data))


@pytest.mark.usefixtures("no_fallback", "libcst_only")
def test_own_package() -> None:
    for path in sorted(Path(backend_lint.__file__).parent.glob("*/*.py"))[::12]:
        _assert_places(parse("module.py", path.read_bytes()))


@pytest.mark.usefixtures("libcst_only")
@pytest.mark.parametrize("text", SNIPPETS.values(), ids=SNIPPETS)
def test_the_slow_way_gives_the_same_tree(text: str) -> None:
    tree = parse("snippet.py", text.encode())
    module = cst.parse_module(text)
    cursor = Lowering(*generated_tokens.generated_tokens(module, text))
    body = block(cursor, module)
    cursor.finish()
    assert repr(body) == repr(tree.body)


@pytest.mark.usefixtures("libcst_only")
def test_the_slow_way_is_gone_when_the_tokeniser_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a·b = f(a)\n"  # U+00B7 may stand in an identifier (Unicode's Other_ID_Continue), and is no \w
    calls: list[str] = []
    slow: Callable[[cst.Module, str], tuple[list[str], list[int]]] = generated_tokens.generated_tokens

    def counted(module: cst.Module, text: str) -> tuple[list[str], list[int]]:
        calls.append(text)
        return slow(module, text)

    monkeypatch.setattr(generated_tokens, "generated_tokens", counted)
    tree = parse("snippet.py", text.encode())
    assert calls == [text]
    _assert_places(tree)


def test_a_leaf_is_never_passed_by() -> None:
    module = cst.parse_module("a\nb\nc\n")
    with pytest.raises(lower.Misaligned):
        lower.lower(module, "a\nx\nb\nc\n", Tokens("a\nx\nb\nc\n"))
    with pytest.raises(lower.Misaligned):
        lower.lower(module, "a\nb\nc\nd\n", Tokens("a\nb\nc\nd\n"))


class TestWhereTheReferenceIsWrong:
    """libcst drops some blanks when it writes code, so its positions are off behind them."""

    def test_form_feeds(self) -> None:
        tree = parse("snippet.py", b"\x0cx = 1\n\x0cdef f():\n\x0c    pass\n")
        assert [tree.source_of(node) for node in tree.body] == ["x = 1", "def f():\n\x0c    pass"]
        assert [tree.position(node.start) for node in tree.body] == [(1, 2), (2, 2)]

    def test_a_backslash_on_a_blank_line(self) -> None:
        tree = parse("snippet.py", b"if a:\n  b\n \\\n  c\n")
        (statement,) = tree.body
        assert isinstance(statement, nodes.If)
        assert [tree.source_of(node) for node in statement.body] == ["b", "c"]
        assert tree.position(statement.body[1].start) == (4, 3)

    def test_byte_order_mark(self) -> None:
        tree = parse("snippet.py", b"\xef\xbb\xbfx = 1\n")
        assert tree.text == "x = 1\n"
        assert tree.position(tree.body[0].start) == (1, 1)
