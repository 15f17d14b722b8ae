"""Requests of one process compute one after the other; one that takes long holds nobody up."""

import threading

import pytest

from app import turns
from app.turns import Turn


class Line(Turn):
    """A turn whose requests say when they stand in line."""

    def ask(self, called):
        super().ask(called)
        threading.current_thread().stands.set()


class Request(threading.Thread):
    """Takes its turn, notes that in ``began``, and keeps it until it is let go."""

    def __init__(self, turn, began):
        super().__init__(daemon=True)
        self.turn, self.began = turn, began
        self.stands, self.going, self.free = (threading.Event() for _ in range(3))
        self.start()
        assert self.stands.wait(30)

    def run(self):
        with self.turn.taken():
            self.began.append(self)
            self.going.set()
            assert self.free.wait(30)

    def let_go(self):
        self.free.set()
        self.join(30)
        assert not self.is_alive()


def test_requests_compute_one_after_the_other_as_they_came(monkeypatch):
    monkeypatch.setattr(turns, "LONGEST", 1000)
    turn, began = Line(), []
    requests = [Request(turn, began) for _ in range(4)]
    for number, request in enumerate(requests, 1):
        assert request.going.wait(30)
        assert began == requests[:number]
        request.let_go()
    assert turn.holder is None and not turn.waiting


def test_one_that_takes_long_holds_up_nobody(monkeypatch):
    monkeypatch.setattr(turns, "LONGEST", 0.01)
    turn, began = Line(), []
    long, *others = [Request(turn, began) for _ in range(3)]
    for other in others:
        assert other.going.wait(30)
        other.let_go()
    assert long.is_alive() and began == [long, *others]
    # It ends beside the one whose turn it is then, and takes nothing from it.
    last = Request(turn, began)
    assert last.going.wait(30)
    long.let_go()
    assert turn.holder is not None
    last.let_go()
    assert turn.holder is None


def test_one_that_fails_hands_on_its_turn():
    turn = Turn()
    with pytest.raises(ZeroDivisionError), turn.taken():
        raise ZeroDivisionError
    with turn.taken():
        pass
    assert turn.holder is None
