"""Bytes of a file to its tree: decoding, refusing what must not reach a native parser, parsing, lowering.

The interpreter's own parser reads what it can, libcst what is left: the syntax of a newer Python than this one, and what nests so deeply
that only a stack of its own holds it. Both give the same tree.
"""

from __future__ import annotations

import ast
import gc
import threading
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from backend_lint.source.decoding import Undecodable, decode
from backend_lint.source.faults import SyntaxFault, explain, unbalanced
from backend_lint.source.nesting import TooDeep, measure
from backend_lint.source.nodes import Tree
from backend_lint.source.stack import make_room
from backend_lint.source.tokens import Tokens

if TYPE_CHECKING:
    import libcst as cst

__all__ = ["SyntaxFault", "is_accepted", "parse"]

_T = TypeVar("_T")

# Texts that nest no deeper than this are parsed on the caller's own stack: below 1 MB of it, and some 400 Python frames.
_SHALLOW_LEVELS = 60
_SHALLOW_INDENTATION = 24
# Enough for the deepest text that `nesting` lets through; only the part that is used takes memory.
_STACK_SIZES = (512 << 20, 128 << 20)
_stack_size_lock = threading.Lock()


def parse(path: str, data: bytes) -> Tree:
    """The tree of a Python file. `path` is what the tree and a fault are labelled with; `data` is the file as it is on disk.

    Raises `SyntaxFault` for whatever is no Python 3 text, for text in an unknown encoding, and for text that nests too deeply.
    """
    make_room()
    try:
        text = decode(data)
    except Undecodable as error:
        raise SyntaxFault(path, error.message, error.line, error.column) from None
    tokens = Tokens(text)
    if tokens.unterminated >= 0:
        raise _fault(path, tokens, "unterminated f-string", tokens.unterminated)
    found = unbalanced(tokens) if tokens.is_unbalanced else None
    if found is None:
        try:
            levels = measure(tokens)
        except TooDeep as error:
            found = error.message, error.offset
    if found is not None:
        raise _fault(path, tokens, *found)
    # A parse makes many objects that live as long as it does: looking for garbage among them takes as long as the parse.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        if levels > _SHALLOW_LEVELS or tokens.blanks > _SHALLOW_INDENTATION:
            return _on_deep_stack(lambda: _by_libcst(path, text, tokens))
        return _by_interpreter(path, text, tokens) or _by_libcst(path, text, tokens)
    finally:
        if was_enabled:
            gc.enable()


def is_accepted(data: bytes) -> bool:
    """Whether the interpreter's own parser takes a file, which is quicker than to make its tree. That it does not says nothing: the file
    may be of a newer Python, or nest deeper than is looked at here."""
    try:
        text = decode(data)
        tokens = Tokens(text)
        is_shallow = tokens.unterminated < 0 and measure(tokens) <= _SHALLOW_LEVELS and tokens.blanks <= _SHALLOW_INDENTATION
    except (Undecodable, TooDeep):
        return False
    return is_shallow and _interpreted(text) is not None


def _interpreted(text: str) -> ast.Module | None:
    """What the interpreter's own parser makes of a text; None when it does not take it."""
    try:
        with warnings.catch_warnings():
            # What the interpreter thinks of escapes and comparisons is not for the user of this tool.
            warnings.simplefilter("ignore")
            return compile(text, "<file>", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)  # type: ignore[return-value]  # with this flag a tree
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def _by_interpreter(path: str, text: str, tokens: Tokens) -> Tree | None:
    """The tree by the interpreter's own parser, which is some four times quicker than by libcst; None for what it does not read: the syntax
    of a newer Python, or no Python at all."""
    module = _interpreted(text)
    if module is None:
        return None
    from backend_lint.source.ast_lowering import lower_ast

    try:
        return Tree(path, text, lower_ast(module, text, tokens), tokens.comments, tokens.line_starts)
    except (KeyError, SyntaxError, RecursionError):
        return None


def _by_libcst(path: str, text: str, tokens: Tokens) -> Tree:
    # Imported when it is needed: it takes 0.2 seconds.
    from backend_lint.source.cursor import Misaligned
    from backend_lint.source.lower import lower

    try:
        return Tree(path, text, lower(_module(path, text, tokens), text, tokens), tokens.comments, tokens.line_starts)
    except RecursionError:
        raise SyntaxFault(path, "nested too deeply", 1, 1) from None
    except (KeyError, Misaligned) as error:
        # A node that this version does not know, or leaves that neither tokeniser finds.
        raise SyntaxFault(path, f"syntax that is not supported: {error}", 1, 1) from error


def libcst_module(path: str, text: str) -> cst.Module:
    """The tree that libcst makes of a text which `parse` has read, with all its blanks and comments. Raises `SyntaxFault` where libcst does
    not read it."""
    tokens = Tokens(text)
    try:
        levels = measure(tokens)
        if levels > _SHALLOW_LEVELS or tokens.blanks > _SHALLOW_INDENTATION:
            return _on_deep_stack(lambda: _module(path, text, tokens))
        return _module(path, text, tokens)
    except (TooDeep, RecursionError):
        raise SyntaxFault(path, "nested too deeply", 1, 1) from None


def _module(path: str, text: str, tokens: Tokens) -> cst.Module:
    import libcst as cst

    try:
        return cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        raise _fault(path, tokens, *explain(text, tokens, str(error))) from None
    except UnicodeEncodeError as error:
        raise _fault(path, tokens, "not a character: a lone surrogate", error.start) from None
    except RecursionError:
        raise
    except BaseException as error:
        # Nodes validate themselves, with errors of several classes; a panic of the native parser is no Exception.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            reason = str(error).partition("\n")[0].rstrip(".")
            raise SyntaxFault(path, f"invalid syntax: {reason}", 1, 1) from None
        raise


def _fault(path: str, tokens: Tokens, message: str, offset: int) -> SyntaxFault:
    line, column = tokens.position(offset)
    return SyntaxFault(path, message, line, column)


def _on_deep_stack(work: Callable[[], _T]) -> _T:
    """What `work` returns or raises, called in a thread with a stack for native code that descends deeply."""
    results: list[_T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)

    thread: threading.Thread | None = None
    with _stack_size_lock:
        for size in _STACK_SIZES:
            try:
                before = threading.stack_size(size)
            except (ValueError, RuntimeError):
                continue
            try:
                thread = threading.Thread(target=run, name="backend-lint-parse")
                thread.start()
                break
            except RuntimeError:
                thread = None
            finally:
                threading.stack_size(before)
    if thread is None:
        raise RecursionError("no memory for a stack that is deep enough")
    thread.join()
    if errors:
        raise errors[0]
    return results[0]
