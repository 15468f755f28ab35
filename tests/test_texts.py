"""What is read once serves every round."""

from bot import config, texts


def test_each_round_groups_questions_with_what_the_last_one_has_read() -> None:
    """A question is encoded once, and not again in each round in which it waits."""
    read = texts.read(config.find_content())
    assert read.judge().grouper is read.judge().grouper
