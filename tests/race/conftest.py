"""The plant of the flow's tests, and clients that really run at once."""

from threading import Barrier, Thread

import pytest

from tests.staff import log_in, make_user
from tests.walk import password_hash


@pytest.fixture
def at_once():
    """``at_once([call, …], rounds)`` starts every call(round) of a round in the same moment; the
    answers by round come back.
    """

    def run(racers, rounds=1):
        barrier = Barrier(len(racers))
        found = [[None] * len(racers) for _ in range(rounds)]
        broken = []

        def race(place, call):
            try:
                for number in range(rounds):
                    barrier.wait(60)
                    found[number][place] = answered(call, number)
            except BaseException as error:
                broken.append(error)
                barrier.abort()

        threads = [Thread(target=race, args=racer) for racer in enumerate(racers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if broken:
            raise broken[0]
        return found

    return run


def answered(call, number, patience=20):
    """What a person gets who tries again while the database says that it is busy and nothing was
    changed.
    """
    answer = call(number)
    while answer.status_code == 503 and patience:
        answer, patience = call(number), patience - 1
    return answer


@pytest.fixture
def crowd(walk):
    """``crowd("buyer", 16)``: as many people of a role, each in a browser that has loaded its
    page.
    """

    def gather(role, count):
        people = [
            make_user(walk.app, role, language="en", password_hash=password_hash())
            for _ in range(count)
        ]
        browsers = [log_in(walk.app, person) for person in people]
        for browser in browsers:
            browser.csrf_token()
        return browsers

    return gather
