"""How sure a match is: a few signals, one logistic, fitted to the FAQ in use.

More signals were tried and told nothing new on other people's FAQs: docs/decisions/0008.

Finding the entry is the easy half. That there is no right entry shows in how far the next entry is
behind: a question about something else comes near several entries, or near none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

import numpy as np

from bot.core.match_meaning import Finder
from bot.core.match_search import Floats
from bot.core.match_words import content

MOST_LESSONS = 400  # wordings of an FAQ from which its own scale is learned: more change nothing
FEWEST_LESSONS = 10  # right ones; with fewer the general scale is the better guess
DOUBT = 40.0  # how many lessons the general scale is worth against those of the FAQ in use


@dataclass(frozen=True, slots=True)
class Signals:
    """What the probability rests on."""

    nearness: float  # of the entry: about 0 for nothing in common, above 1 for the same words
    lead: float  # over the other entries
    words: float  # log of one more than the words with a subject: a long question is never as near
    early: float = 0.0  # the cosine one layer earlier, where there is an encoder


@dataclass(frozen=True, slots=True)
class Weights:
    """The logistic over the signals. Learned by `askhour faq learn` from our own text."""

    nearness: float
    lead: float
    words: float
    start: float
    early: float = 0.0
    crowd: float = 0.0  # how far all other entries count for the lead; 0: only the nearest of them

    def log_odds(self, signals: Signals) -> float:
        return self.start + (
            self.nearness * signals.nearness
            + self.lead * signals.lead
            + self.words * signals.words
            + self.early * signals.early
        )


@dataclass(frozen=True, slots=True)
class Scale:
    """Stretches and moves the log odds, so that they mean the same in every FAQ."""

    stretch: float = 1.0
    move: float = 0.0

    def probability(self, log_odds: float) -> float:
        z = min(max(self.stretch * log_odds + self.move, -30.0), 30.0)
        return float(1 / (1 + np.exp(-z)))


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question of which we know whether the best entry is the right one."""

    signals: Signals
    right: bool


def signals(
    words: Sequence[str], entries: Floats, place: int, crowd: float = 0.0, early: float = 0.0
) -> Signals:
    """The signals for the entry at `place`, given how near every entry is. `early`: see Finder."""
    nearness = float(entries[place])
    lead = lead_of(nearness, np.delete(entries, place), crowd)
    return Signals(nearness, lead, float(np.log1p(len(content(words)))), early)


def lead_of(nearness: float, others: Floats, crowd: float = 0.0) -> float:
    """How far an entry is before the others. In a crowd, many that are rather near weigh like a near one:
    there are many questions of that kind, and ours may be one that has no entry.
    """
    if not len(others):
        return nearness
    ahead = nearness - others
    if not crowd:
        return float(ahead.min())
    return float(ahead.min() - np.log(np.exp(crowd * (ahead.min() - ahead)).sum()) / crowd)


def lessons_of(finder: Finder, crowd: float = 0.0) -> list[Lesson]:
    """What an FAQ teaches about itself.

    Each wording is asked without its own place in the FAQ. Its entry should come first; and once
    that entry is taken away too, whatever comes first is wrong, as for a question nobody foresaw.
    """
    lessons = []
    search = finder.search
    count = len(search.wordings)
    for number in np.unique(np.linspace(0, count - 1, min(count, MOST_LESSONS)).astype(int)):
        words, own = search.wordings[number], int(search.entry_of[number])
        entries = finder.near_itself(int(number)).entries
        if search.sizes[own] > 1:
            best = int(entries.argmax())
            found = signals(words, entries, best, crowd, finder.early_itself(best, int(number)))
            lessons.append(Lesson(found, right=best == own))
        if len(entries) > 1:
            others = np.delete(entries, own)
            nearest = int(others.argmax())
            place = nearest + (nearest >= own)  # as the FAQ counts
            found = signals(words, others, nearest, crowd, finder.early_itself(place, int(number)))
            lessons.append(Lesson(found, right=False))
    return lessons


def scale_of(lessons: Sequence[Lesson], weights: Weights) -> Scale:
    """The scale on which the lessons of an FAQ come true, drawn towards the general one."""
    if sum(lesson.right for lesson in lessons) < FEWEST_LESSONS:
        return Scale()
    odds = np.array([weights.log_odds(lesson.signals) for lesson in lessons])
    inputs = np.column_stack([odds, np.ones(len(odds))])
    right = np.array([float(lesson.right) for lesson in lessons])
    prior = np.array([DOUBT, DOUBT / 4])
    stretch, move = fitted(inputs, right, towards=np.array([1.0, 0.0]), pull=prior)
    return Scale(max(float(stretch), 0.1), float(move))


def learn(lessons: Iterable[Lesson], crowd: float = 0.0) -> Weights:
    """The weights under which the lessons are most probable."""
    known = list(lessons)
    inputs = np.array([(*astuple(lesson.signals), 1.0) for lesson in known])
    right = np.array([float(lesson.right) for lesson in known])
    nothing = np.zeros(inputs.shape[1])
    found = fitted(inputs, right, towards=nothing, pull=nothing + 0.1)
    nearness, lead, words, early, start = map(float, found)
    return Weights(nearness, lead, words, start, early, crowd)


def fitted(inputs: Floats, right: Floats, *, towards: Floats, pull: Floats) -> Floats:
    """Logistic regression by Newton's method, pulled `towards` a first guess."""

    def loss(weights: Floats) -> float:
        odds = inputs @ weights
        surprise = np.logaddexp(0, odds) - right * odds
        return float(surprise.sum() + 0.5 * (pull * (weights - towards) ** 2).sum())

    weights = towards.copy()
    for _ in range(100):
        chance = 1 / (1 + np.exp(-np.clip(inputs @ weights, -30, 30)))
        slope = inputs.T @ (chance - right) + pull * (weights - towards)
        bend = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + np.diag(pull)
        step = np.linalg.solve(bend, slope)
        while np.abs(step).max() > 1e-9 and loss(weights - step) > loss(weights):
            step = step / 2  # a full step may overshoot where all is nearly certain
        weights = weights - step
        if np.abs(step).max() <= 1e-9:
            break
    return weights
