"""All that people wrote and we act upon, read once and as a whole."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from bot import config, faq, guardrails, matching, proof, snippets, yamlfile
from bot.config import Content, Settings
from bot.core.delivery import Timing
from bot.core.groups import Grouper
from bot.core.match import Index
from bot.core.money import Prices
from bot.core.review import Reviewer
from bot.core.screen import Screen
from bot.core.signpost import Signpost
from bot.flows.deciding import Judge
from bot.flows.outbox import Sender
from bot.flows.queue import Rules
from bot.matching import Reader
from bot.snippets import Snippet
from bot.x.port import X
from bot.yamlfile import BadFiles


@dataclass(frozen=True, slots=True)
class Texts:
    settings: Settings
    prices: Prices
    faq: faq.Faq
    screen: Screen
    reviewer: Reviewer
    index: Index
    grouper: Grouper
    signposts: tuple[Signpost, ...]
    snippets: tuple[Snippet, ...] = ()
    reader: Reader | None = None
    rehearsed: bool = False

    def judge(self) -> Judge:
        return Judge(
            screen=self.screen,
            match=self.index.match,
            entries=self.faq.entries,
            signposts=self.signposts,
            policy=self.settings.policy,
            timing=self.settings.timing,
            grouper=self.grouper,
            level=self.index.version,
            sure_from=None if self.rehearsed else self._sure_from(),
        )

    def _sure_from(self) -> float:
        policy = self.settings.policy
        return proof.sure_from(self.index.version, policy.at_most_one_wrong_in)

    def warm(self) -> None:
        """Builds the patterns of all rules now, so that the first clinician and the first patient need not
        wait for it.
        """
        self.screen("Does it hurt?")
        self.reviewer.findings("Some say so. Source: A.")

    def rules(self) -> Rules:
        """What a clinician's answer must pass."""
        return Rules(self.reviewer, self.settings.timing, self.settings.policy.second_reader_for)

    def sender(self, x: X) -> Sender:
        return Sender(
            x=x,
            reviewer=self.reviewer,
            prices=self.prices,
            timing=self.settings.timing,
            pacing=self.settings.pacing,
            implied=self.settings.policy.replies_to_us_summon,
            late=self.settings.hosting.late,
        )

    def with_faq(self, content: Content) -> "Texts":
        """The same with the FAQ as it is now. The encoder is kept, and all that it knows. Raises BadFiles."""
        known = faq.load(content.faq)
        index = matching.build(content.config, known.entries.values(), self.reader)
        return replace(self, faq=known, index=index, grouper=Grouper(index.meaning_of, index.differ))

    def on_stage(self, timing: Timing) -> "Texts":
        """The same for the demo and for rehearsals, with other waits: drafts may be posted, and the matcher
        is taken at its word.
        """
        policy = replace(self.settings.policy, drafts_may_be_sent=True)
        return replace(self, rehearsed=True, settings=replace(self.settings, policy=policy, timing=timing))


def read(content: Content) -> Texts:
    """Raises BadFiles with every problem in any of the files, not only in the first."""
    try:
        known = faq.load(content.faq)
        reader = matching.installed_reader()
        index = matching.build(content.config, known.entries.values(), reader)
        reviewer = guardrails.load_reviewer(content.guardrails)
        return Texts(
            settings=config.read_settings(content),
            prices=config.read_prices(content),
            faq=known,
            screen=guardrails.load_screen(content.guardrails),
            reviewer=reviewer,
            index=index,
            grouper=Grouper(index.meaning_of, index.differ),
            signposts=guardrails.load_signposts(content.guardrails),
            snippets=snippets.load(content.config / "snippets.yaml", reviewer),
            reader=reader,
        )
    except BadFiles:
        yamlfile.together(_readers(content))
        raise


def _readers(content: Content) -> list[Callable[[], object]]:
    return [
        partial(faq.load, content.faq),
        partial(config.read_settings, content),
        partial(config.read_prices, content),
        partial(guardrails.load_screen, content.guardrails),
        partial(guardrails.load_reviewer, content.guardrails),
        partial(guardrails.load_signposts, content.guardrails),
        partial(_snippets, content),
        partial(matching.build, content.config, ()),
    ]


def _snippets(content: Content) -> object:
    return snippets.load(content.config / "snippets.yaml", guardrails.load_reviewer(content.guardrails))
