"""A scenario is given a Harness, starts what it needs, does harm, waits until all has arrived."""

from typing import Callable, NamedTuple


class Scenario(NamedTuple):
    function: Callable
    summary: str


SCENARIOS = {}


def scenario(summary):
    def register(function):
        SCENARIOS[function.__name__] = Scenario(function, summary)
        return function

    return register
