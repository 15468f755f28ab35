"""No schedule of crashes, pauses and failures answers anybody twice or loses an answer; and each of the
four layers is needed: without it the same schedules do.
"""

import os

import pytest

from tests.simulation.model import Design, first, play

IN_CI = bool(os.environ.get("CI"))
CHUNKS = 16
#: A million schedules in CI, about a minute of one core; elsewhere enough to see a blunder.
SEEDS = 62_500 if IN_CI else 3_125
#: In so many seeds each missing layer shows, with room to spare.
ENOUGH = 200_000

#: Seeds that have found something, and what. They always run. A change of the order in which the model
#: draws its chances makes other schedules of them: keep the note, find the seed anew.
FAILED_SEEDS = (
    41,  # X refused the second attempt as a duplicate, and that was taken for a failure
    43,  # without the wait: a second attempt while the first was landing
    166,  # without the intent: sent again while the first call of a killed process was on its way
    321,  # the second attempt was refused for good, and the first was out: people wrote another answer
    387,  # two processes read the timeline; the slower one sent again what the other had just sent again
    406,  # without the intent: what a killed process had sent was written off
    667,  # a late look sent a third time, and the refusal of that hid the second, which was landing
    805,  # without the look: a clock ten minutes ahead, and the second attempt while the first was landing
    1621,  # without the look at the clock: a stopped machine sent while the second attempt was landing
    4147,  # a late call wrote `refused` over the newer attempt of another process
    35346,  # and one that wrote `ready` over it: sent again while that attempt was on its way
)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_nobody_is_answered_twice_and_nothing_is_lost(chunk: int) -> None:
    seeds = range(chunk * SEEDS, (chunk + 1) * SEEDS)
    found = first(seeds, Design(), lambda outcome: not outcome.good)
    assert found is None, f"seed {found}: {play(found, Design())}"


@pytest.mark.parametrize("seed", FAILED_SEEDS)
def test_what_once_failed_holds(seed: int) -> None:
    assert play(seed, Design()).good


LAYERS = {
    "the intent before the call": Design(intent=False),
    "the look at the clock directly before the call": Design(fresh=False),
    "the wait": Design(settle=False),
    "the look at our own timeline": Design(look=False),
    "the wait and the look": Design(settle=False, look=False),
    "a duplicate is no failure": Design(duplicate="refused"),
    "a duplicate is not to be dodged": Design(duplicate="dodge"),
    "X's refusal of a text that is out": Design(x_refuses=False),
    "a late process knows its own call": Design(fenced_calls=False),
    "a late process knows its own look": Design(fenced_looks=False),
    "a second refusal is doubted": Design(doubts_second_refusal=False),
}


@pytest.mark.parametrize("layer", LAYERS)
def test_each_layer_is_needed(layer: str) -> None:
    design = LAYERS[layer]
    found = first(range(ENOUGH), design, lambda outcome: not outcome.good)
    print(f"without {layer}: seed {found}")
    assert found is not None, f"{ENOUGH} schedules go well without {layer}: the model is too kind"


def test_what_is_left_needs_a_machine_that_stops_between_its_clock_and_the_wire() -> None:
    """The residual: a call leaves minutes after its intent was fresh, and meets the second attempt while
    that one is landing. Nothing on our side can look later than the last look, so it is there; and it is
    rare, although every second machine of the model stops somewhere.
    """
    found = [seed for seed in range(30_000) if play(seed, Design()).residual]
    print(f"the residual: {len(found)} in 30,000, first seed {found[:1]}")
    assert 0 < len(found) < 30


def test_nearly_everything_is_sent_and_the_rest_is_in_front_of_a_person() -> None:
    """A design that held everything would be safe, and useless."""
    states = [state for seed in range(2_000) for state in play(seed, Design()).states]
    assert states.count("sent") > 0.75 * len(states)
    assert set(states) <= {"sent", "held", "refused"}
