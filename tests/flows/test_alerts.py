"""The organiser is told once, through each channel, whatever fails on the way."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from bot.channels import Email, Webhook
from bot.core.alerts import Limits
from bot.flows import alerts, gaps, outbox
from bot.flows.alerts import Times
from bot.models import Alert, AuditEvent, Gap, Heartbeat, HostAccount, Notice, QueueItem
from bot.watch import Watch
from tests.hour import OPENS, Hour
from tests.post_office import Box, hook_server, mail_server, session_to

LIMITS = Limits()


@pytest.fixture
def mail() -> Iterator[Box]:
    with mail_server() as box:
        yield box


@pytest.fixture
def hook() -> Iterator[Box]:
    with hook_server() as box:
        yield box


def by_mail(box: Box) -> Email:
    return Email(
        host="127.0.0.1",
        port=box.port,
        sender="askhour@hospital.example",
        to=("mo@hospital.example",),
        tls="none",
    )


def by_hook(box: Box) -> Webhook:
    return Webhook(
        url="https://hooks.example/services/secret-path",
        session=partial(session_to, box.port),
        resolve=lambda host, port: ["93.184.216.34"],
    )


def scan(hour: Hour) -> alerts.Seen:
    now = hour.time()
    return alerts.scan(LIMITS, Times(now=now, machine=now, began=now - timedelta(hours=1)))


def test_a_crisis_is_told_by_page_mail_and_webhook_within_five_seconds(
    hour: Hour, mail: Box, hook: Box
) -> None:
    """By this machine's clock: stored, decided, seen, and through both channels."""
    hour.is_open()
    post = hour.asks("I am in crisis, they call me Anna")
    hour.reads()
    stored = datetime.now(UTC)
    hour.decides()
    watch = Watch(
        limits=LIMITS, clock=hour.time, channels=(by_mail(mail), by_hook(hook)), address="https://a.example"
    )
    for job in watch.jobs():
        job()
    assert datetime.now(UTC) - stored < timedelta(seconds=5)
    item = QueueItem.objects.get()
    for got in (*mail.got, *hook.got):
        assert "SAFETY: crisis" in got
        assert f"https://a.example/items/{item.pk}" in got
        assert "Anna" not in got
        assert post.author.handle not in got
    assert (len(mail.got), len(hook.got)) == (1, 1)
    assert set(Notice.objects.values_list("channel", "state")) == {("e-mail", "sent"), ("webhook", "sent")}
    assert [alert.kind for alert in alerts.open_alerts()] == ["crisis"]


def test_what_goes_on_is_told_once_and_is_cleared_when_it_is_over(hour: Hour, mail: Box) -> None:
    hour.is_open()
    outbox.close(hour.host, "no credits", now=hour.time())
    for _ in range(3):
        scan(hour)
        alerts.deliver(by_mail(mail), "", now=hour.time())
    assert len(mail.got) == 1
    outbox.reopen(HostAccount.objects.get(), who="mo", now=hour.time())
    assert len(scan(hour).cleared) == 1
    assert alerts.open_alerts() == []


def test_what_comes_back_within_minutes_is_shown_again_and_not_told_again(hour: Hour, mail: Box) -> None:
    hour.is_open()
    for _ in range(3):
        outbox.close(HostAccount.objects.get(), "no credits", now=hour.time())
        scan(hour)
        assert len(alerts.open_alerts()) == 1
        alerts.deliver(by_mail(mail), "", now=hour.time())
        outbox.reopen(HostAccount.objects.get(), who="mo", now=hour.time())
        scan(hour)
        hour.time.passes(minutes=2)
    assert len(mail.got) == 1
    hour.time.passes(minutes=11)
    outbox.close(HostAccount.objects.get(), "no credits", now=hour.time())
    scan(hour)
    alerts.deliver(by_mail(mail), "", now=hour.time())
    assert len(mail.got) == 2


def test_a_channel_that_fails_is_tried_again_and_its_failure_is_shown(hour: Hour, hook: Box) -> None:
    alerts.test(who="mo", now=hour.time())
    hook.answers = [500, 500]
    assert alerts.deliver(by_hook(hook), "", now=hour.time()) == 0
    assert alerts.channel_troubles({"webhook"}) == [("webhook", "the webhook answered 500")]
    assert alerts.deliver(by_hook(hook), "", now=hour.time()) == 0  # not before its time
    for seconds in (2, 5):
        hour.time.passes(seconds=seconds)
        alerts.deliver(by_hook(hook), "", now=hour.time())
    assert len(hook.got) == 1
    assert alerts.channel_troubles({"webhook"}) == []


def test_a_channel_that_never_works_is_given_up_and_the_page_says_so(hour: Hour, mail: Box) -> None:
    alerts.test(who="mo", now=hour.time())
    mail.answers = [550] * 20
    for _ in range(8):
        alerts.deliver(by_mail(mail), "", now=hour.time())
        hour.time.passes(minutes=6)
    assert Notice.objects.get().state == "failed"
    assert alerts.channel_troubles(alerts.known_channels()) == [("e-mail", "the mail server says 550")]
    assert mail.got == []


def test_one_dead_channel_does_not_hold_up_the_other(hour: Hour, mail: Box, hook: Box) -> None:
    alerts.test(who="mo", now=hour.time())
    nowhere = Email(host="127.0.0.1", port=1, sender="a@b.example", to=("c@d.example",), tls="none")
    assert alerts.deliver(nowhere, "", now=hour.time()) == 0
    assert alerts.deliver(by_hook(hook), "", now=hour.time()) == 1
    assert "could not be used: ConnectionRefusedError" in Notice.objects.get(channel="e-mail").trouble


def test_two_processes_raise_one_alert_and_send_it_once(hour: Hour, hook: Box) -> None:
    row = alerts.test(who="mo", now=hour.time())
    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.create(
            key=row.key, kind="test", severity=2, text="", what_to_do="", raised_at=hour.time()
        )
    alerts._take_up("webhook", now=hour.time())
    mine, theirs = Notice.objects.get(), Notice.objects.get()
    assert alerts._send(mine, by_hook(hook), "", now=hour.time())
    assert not alerts._send(theirs, by_hook(hook), "", now=hour.time())
    assert len(hook.got) == 1


def test_a_process_that_dies_while_it_tells_leaves_the_telling_to_another(hour: Hour, hook: Box) -> None:
    alerts.test(who="mo", now=hour.time())
    alerts._take_up("webhook", now=hour.time())
    Notice.objects.update(next_at=hour.time() + alerts.LEASE, attempts=1)  # it has claimed, and is gone
    assert alerts.deliver(by_hook(hook), "", now=hour.time()) == 0
    hour.time.passes(seconds=31)
    assert alerts.deliver(by_hook(hook), "", now=hour.time()) == 1


def test_rounds_that_stand_still_are_told_and_a_fresh_start_is_not(hour: Hour) -> None:
    Heartbeat.objects.create(part="sending", at=OPENS - timedelta(minutes=10))
    now = hour.time()
    alerts.scan(LIMITS, Times(now=now, machine=OPENS, began=OPENS - timedelta(seconds=5)))
    assert alerts.open_alerts() == []
    alerts.scan(LIMITS, Times(now=now, machine=OPENS, began=OPENS - timedelta(minutes=5)))
    assert [alert.kind for alert in alerts.open_alerts()] == ["process down"]


def test_a_gap_that_the_next_read_covers_is_not_told_and_one_that_lasts_is(hour: Hour) -> None:
    hour.is_open()
    gaps.begin(hour.host, Gap.Kind.MENTIONS, since=hour.time(), why="X was away", now=hour.time())
    scan(hour)
    assert alerts.open_alerts() == []
    hour.time.passes(seconds=31)
    scan(hour)
    assert [alert.kind for alert in alerts.open_alerts()] == ["gap"]


def test_an_alert_names_nobody_and_is_in_the_audit(hour: Hour) -> None:
    hour.is_open().takes_in("I am in crisis")
    scan(hour)
    alert = Alert.objects.get()
    assert "crisis, " not in alert.text
    assert "@" not in alert.text + alert.what_to_do
    alerts.saw(alert, who="mo", now=hour.time())
    told = AuditEvent.objects.filter(what="alert").values_list("who", "new")
    assert list(told) == [("askhour", "raised"), ("mo", "seen")]
