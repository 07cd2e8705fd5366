"""What an answer is and rests on, whatever way the questions took."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backend_lint.semantics.memo import SEARCH_GROUPS, Memo, file_bit, remembered, search_bit


class Questions:
    """Questions about numbered things: each looks at its own file and asks about others. `asked` counts how often one was worked out."""

    def __init__(self, asks: dict[int, list[int]]) -> None:
        self.memo = Memo()
        self.asks = asks
        self.asked: list[int] = []

    def about(self, number: int) -> int:
        return self.memo.ask(number, lambda: self._make(number), 0)

    def _make(self, number: int) -> int:
        self.asked.append(number)
        self.memo.rests |= file_bit(number)
        return 1 + sum(self.about(other) for other in self.asks.get(number, ()))

    def rests(self, number: int) -> set[int]:
        _, rests = self.memo.apart(lambda: self.about(number))
        return {place for place in range(20) if rests & file_bit(place)}


def test_an_answer_rests_on_what_the_answers_below_it_rest_on() -> None:
    questions = Questions({1: [2], 2: [3], 4: [5]})
    assert questions.rests(1) == {1, 2, 3}
    assert questions.rests(2) == {2, 3}, "known, and asked for by somebody else"
    assert questions.rests(4) == {4, 5}
    assert sorted(questions.asked) == [1, 2, 3, 4, 5]


def test_questions_that_lead_back_to_each_other_rest_on_the_same() -> None:
    """3 is answered while 1 is open, and from what was said of 1 meanwhile; 1 looks at 4 only afterwards."""
    questions = Questions({1: [2, 4], 2: [3], 3: [1]})
    assert questions.rests(1) == {1, 2, 3, 4}
    assert questions.rests(3) == {1, 2, 3, 4}
    assert questions.rests(4) == {4}


@given(st.dictionaries(st.integers(0, 9), st.lists(st.integers(0, 9), max_size=4)), st.lists(st.integers(0, 9), min_size=1, max_size=10))
def test_whoever_asks_first_an_answer_rests_on_all_that_can_be_reached(asks: dict[int, list[int]], order: list[int]) -> None:
    questions = Questions(asks)
    for number in order:
        assert questions.rests(number) >= _reached(number, asks)
    assert questions.memo.depth == 0


@given(st.dictionaries(st.integers(0, 9), st.lists(st.integers(0, 9), max_size=4)), st.lists(st.integers(0, 9), min_size=1, max_size=10))
def test_an_answer_is_what_it_is_when_nothing_was_asked_before(asks: dict[int, list[int]], order: list[int]) -> None:
    """The answers of a circle count how often its questions are asked before they meet an open one, which is another for each of them."""
    questions = Questions(asks)
    for number in order:
        assert questions.about(number) == Questions(asks).about(number)


@given(st.dictionaries(st.integers(0, 9), st.lists(st.integers(0, 9), max_size=4)), st.integers(0, 9))
def test_an_answer_is_worked_out_once_for_who_asks_first(asks: dict[int, list[int]], first: int) -> None:
    questions = Questions(asks)
    questions.about(first)
    count = len(questions.asked)
    questions.about(first)
    assert len(questions.asked) == count == len(_reached(first, asks))


def test_an_answer_of_a_circle_is_dropped_when_the_circle_is_left() -> None:
    questions = Questions({1: [2], 2: [1, 3]})
    assert [questions.about(number) for number in (1, 2, 1)] == [3, 3, 3]
    assert questions.asked == [1, 2, 3, 2, 1], "2 is asked about anew, as the outermost; what is no part of the circle is not"


def test_what_was_cut_off_is_good_for_the_outermost_question_only() -> None:
    memo = Memo()

    def about(number: int, limit: int) -> int:
        if memo.depth >= limit:
            memo.cut()
            return 0
        return memo.ask(number, lambda: 1 + about(number + 1, limit))

    assert about(0, 3) == 3
    assert about(2, 3) == 3, "and not the 1 that it was while it was the third"


@given(st.dictionaries(st.integers(0, 9), st.lists(st.integers(0, 9), max_size=4)), st.integers(0, 9))
def test_nothing_is_added_that_cannot_be_reached(asks: dict[int, list[int]], first: int) -> None:
    assert Questions(asks).rests(first) == _reached(first, asks)


def _reached(number: int, asks: dict[int, list[int]]) -> set[int]:
    reached: set[int] = set()
    pending = [number]
    while pending:
        current = pending.pop()
        if current not in reached:
            reached.add(current)
            pending.extend(asks.get(current, ()))
    return reached


def test_answers_that_are_settled_together_rest_on_the_same() -> None:
    memo = Memo()

    def make() -> dict[str, int]:
        memo.rests |= file_bit(1)
        return {"a": 1, "b": 2}

    memo.settle(make)
    assert "a" in memo
    assert memo.apart(lambda: memo.recall("b")) == (2, file_bit(1))


def test_an_answer_that_could_not_be_worked_out_is_asked_for_again() -> None:
    memo = Memo()
    for _ in range(2):
        try:
            memo.ask("key", lambda: 1 // 0, 5)
        except ZeroDivisionError:
            assert "key" not in memo
    assert memo.ask("key", lambda: 3, 5) == 3
    assert memo.depth == 0


class Thing:
    def __init__(self, memo: Memo) -> None:
        self.memo = memo
        self.made = 0

    @remembered
    def size(self) -> int:
        self.made += 1
        self.memo.rests |= file_bit(7)
        return 3


def test_a_remembered_property_hands_on_what_it_rests_on() -> None:
    thing = Thing(Memo())
    assert [thing.memo.apart(lambda: thing.size) for _ in range(2)] == [(3, file_bit(7))] * 2
    assert thing.made == 1


def test_bits_of_files_and_searches_are_apart() -> None:
    assert search_bit(((b"a",), False)) < 1 << SEARCH_GROUPS == file_bit(0)
