from bot.flows import threads
from bot.models import Outgoing, Question
from tests.hour import ASKS, Hour


def test_what_a_question_replies_to_is_shown_without_asking_x(hour: Hour) -> None:
    hour.is_open()
    first = hour.takes_in("my name is Ada Example, is my lump bad?")
    start = first.text.index("Ada")
    evidence = [{"rule": "name", "label": "identifier", "start": start, "end": start + 11, "why": "a name"}]
    Question.objects.filter(pk=first.pk).update(evidence=evidence)
    second = hour.takes_in(ASKS, who="bo")
    Question.objects.filter(pk=second.pk).update(in_reply_to=first.version_id)
    third = hour.takes_in(f"{ASKS} Really?", who="cy")
    welcome = Outgoing.objects.get(kind="cue", state="sent")
    Question.objects.filter(pk=third.pk).update(in_reply_to=welcome.post_id)
    asked = list(Question.objects.all())

    found = threads.above(asked)

    assert found[welcome.post_id] == threads.Above(ours=True, text=welcome.text)
    assert found[first.version_id].ours is False
    assert "Ada" not in found[first.version_id].text
    assert "is my lump bad" in found[first.version_id].text


def test_a_question_of_its_own_has_nothing_above(hour: Hour) -> None:
    assert threads.above([hour.is_open().takes_in(ASKS)]) == {}
