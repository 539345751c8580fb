from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from apexlab_desktop.ui.history import MOST, Edit, History, Subject


class Counter:
    def __init__(self) -> None:
        self.value = 0

    def edit(self, step: int, subject: Subject = Subject.LIBRARY) -> Edit:
        def forward() -> None:
            self.value += step

        def back() -> None:
            self.value -= step

        forward()
        return Edit(words=f"plus {step}", subject=subject, undo=back, redo=forward)


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def history(qtbot: QtBot) -> History:
    return History()


def test_edits_are_taken_back_in_reverse_order(history: History, counter: Counter) -> None:
    history.add(counter.edit(1))
    history.add(counter.edit(10))
    assert history.undo() is not None
    assert counter.value == 1
    history.undo()
    assert (counter.value, history.last, history.undo()) == (0, None, None)


def test_what_was_taken_back_can_be_done_again(history: History, counter: Counter) -> None:
    history.add(counter.edit(1))
    history.add(counter.edit(10))
    history.undo()
    history.undo()
    history.redo()
    assert (counter.value, history.next is not None) == (1, True)
    history.redo()
    assert (counter.value, history.redo()) == (11, None)


def test_a_new_edit_ends_the_way_forward(history: History, counter: Counter) -> None:
    history.add(counter.edit(1))
    history.undo()
    history.add(counter.edit(5))
    assert history.redo() is None
    assert counter.value == 5


def test_one_edit_is_taken_back_from_among_others(history: History, counter: Counter) -> None:
    first, second = counter.edit(1), counter.edit(10)
    history.add(first)
    history.add(second)
    history.take_back(first)
    assert counter.value == 10
    history.take_back(first)
    assert (counter.value, history.last) == (10, second)


def test_edits_of_what_is_gone_are_forgotten(history: History, counter: Counter) -> None:
    history.add(counter.edit(1))
    history.add(counter.edit(10, Subject.LAPS))
    history.forget(Subject.LAPS)
    history.undo()
    assert (counter.value, history.undo()) == (10, None)


def test_the_oldest_edits_are_let_go(history: History, counter: Counter) -> None:
    for _ in range(MOST + 5):
        history.add(counter.edit(1))
    while history.undo() is not None:
        pass
    assert counter.value == 5


@pytest.mark.parametrize("subject", Subject)
def test_every_subject_is_seen_on_a_page(subject: Subject) -> None:
    assert subject.page in ("library", "analysis")
