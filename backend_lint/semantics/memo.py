"""Answers of a project's analyses, each kept with what it rests on.

An analysis asks hundreds of thousands of small questions ("does this function block?"), and most answers are needed again. Each is worked
out once. While it is worked out, everything that is looked at is noted: files, and what a search of the whole project found. A question
that is asked on the way hands on what its answer rests on. So each answer, and in the end the report on a file, knows the files whose
change could change it.

What an answer rests on is a bit set in an `int`. The low bits stand for groups of searches, see `search_bit`; the others for files, by
their place in the project's list.

Questions can lead back to themselves. The answers on such a way were worked out while one of them was still open, so all of them rest on
whatever any of them rests on. They are found as Tarjan finds strongly connected components: a question that meets an open one lowers
`_low` to the depth of that one, and the answers wait in `_waiting` until the outermost question of the circle is answered.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Generic, Protocol, TypeVar, overload

T = TypeVar("T")
Owner = TypeVar("Owner", bound="_Remembering")

#: How many groups searches fall into. More would tell them apart better and make each bit set longer.
SEARCH_GROUPS = 1024
#: No answer.
NOTHING: Any = object()


def search_bit(search: Hashable) -> int:
    """The bit of the group that a search belongs to; the same in every process."""
    return 1 << (zlib.crc32(repr(search).encode()) % SEARCH_GROUPS)


def file_bit(place: int) -> int:
    """The bit of the file at a place in the project's list of files, counted from 0."""
    return 1 << (SEARCH_GROUPS + place)


class Answer:
    """An answer and what it rests on. `open_at` is 0 for one that is settled, else the depth of the outermost question of its circle."""

    __slots__ = ("open_at", "rests", "value")

    def __init__(self, value: Any, rests: int, open_at: int) -> None:
        self.value = value
        self.rests = rests
        self.open_at = open_at


class Memo:
    """The answers of one project. `rests` is what the question that is being worked out rests on, as far as is known; who looks at a file
    adds its bit. `depth` counts the questions that are open."""

    def __init__(self) -> None:
        self.rests = 0
        self.depth = 0
        self._low = 0
        #: For who looks for an answer before asking.
        self.answers: dict[Hashable, Answer] = {}
        self._waiting: list[Answer] = []

    def ask(self, key: Hashable, make: Callable[[], T], meanwhile: T = NOTHING) -> T:
        """What `make` gives, worked out at the first question under `key`.

        `meanwhile` is the answer to the same question while `make` is at work; without it, `make` is begun again.
        """
        known = self.answers.get(key)
        if known is not None:
            self.rests |= known.rests
            if known.open_at:
                self.meet(known.open_at)
            value: T = known.value
            return value
        known = Answer(meanwhile, 0, self.depth + 1)
        if meanwhile is not NOTHING:
            self.answers[key] = known
            try:
                known.value = self.work_out(make, known)
            except BaseException:
                del self.answers[key]
                raise
        else:
            known.value = self.work_out(make, known)
            self.answers[key] = known
        value = known.value
        return value

    def settle(self, make: Callable[[], Mapping[Any, T]]) -> None:
        """Keep several answers that are worked out together, such as those about functions that call each other."""
        known = Answer(None, 0, self.depth + 1)
        found = self.work_out(make, known)
        for key, value in found.items():
            answer = Answer(value, known.rests, known.open_at)
            self.answers[key] = answer
            if known.open_at:
                self._waiting.append(answer)

    def recall(self, key: Hashable) -> Any:
        """The answer that is kept under `key`. Raises KeyError."""
        known = self.answers[key]
        self.use(known)
        return known.value

    def __contains__(self, key: Hashable) -> bool:
        return key in self.answers

    def use(self, known: Answer) -> None:
        """Note that the question being worked out rests on an answer."""
        self.rests |= known.rests
        if known.open_at:
            self.meet(known.open_at)

    def meet(self, depth: int) -> None:
        """Note that the question being worked out has led back to the one open at `depth`."""
        if 0 < depth < self._low:
            self._low = depth

    def work_out(self, make: Callable[[], T], known: Answer) -> T:
        """What `make` gives. What that rests on is noted in `known`, which keeps the answer, and for the question on whose behalf it is
        asked."""
        depth = self.depth + 1
        rests, low, waiting = self.rests, self._low, self._waiting
        mark = len(waiting)
        self.depth, self.rests, self._low = depth, 0, depth
        try:
            value = make()
            known.rests = self.rests
            if self._low < depth:
                known.open_at = self._low
                for each in waiting[mark:]:
                    each.open_at = min(each.open_at, self._low)
                waiting.append(known)
            else:
                known.open_at = 0
                if len(waiting) > mark:
                    for each in waiting[mark:]:
                        each.rests |= known.rests
                        each.open_at = 0
                    del waiting[mark:]
            return value
        finally:
            self.depth = depth - 1
            self.rests |= rests
            if low < self._low:
                self._low = low

    def answer(self, make: Callable[[], Any]) -> Answer:
        """What `make` gives, for who keeps answers in a place of its own and hands them to `use`."""
        known = Answer(NOTHING, 0, self.depth + 1)
        known.value = self.work_out(make, known)
        return known

    def apart(self, make: Callable[[], T]) -> tuple[T, int]:
        """What `make` gives and what that rests on; nothing is noted for the question on whose behalf it is asked."""
        rests = self.rests
        known = Answer(None, 0, 0)
        try:
            value = self.work_out(make, known)
        finally:
            self.rests = rests
        return value, known.rests


class _Remembering(Protocol):
    """What has properties that are remembered."""

    memo: Memo


class remembered(Generic[Owner, T]):
    """A property that is worked out once for an object and rests on more than the object's own file.

    As `functools.cached_property`, for objects that have a `memo`.
    """

    def __init__(self, make: Callable[[Owner], T]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._slot = f"remembered {name}"

    @overload
    def __get__(self, owner: None, cls: type) -> remembered[Owner, T]: ...
    @overload
    def __get__(self, owner: Owner, cls: type) -> T: ...
    def __get__(self, owner: Owner | None, cls: type) -> remembered[Owner, T] | T:
        if owner is None:
            return self
        memo = owner.memo
        slots = owner.__dict__
        known: Answer | None = slots.get(self._slot)
        if known is not None:
            memo.rests |= known.rests
            if known.open_at:
                memo.meet(known.open_at)
        else:
            known = slots[self._slot] = memo.answer(lambda: self._make(owner))
        value: T = known.value
        return value
