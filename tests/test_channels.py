"""How alerts leave this machine, and where they must not go."""

from functools import partial

import pytest

from bot import channels
from bot.channels import Webhook
from bot.environment import BadEnvironment
from bot.flows.alerts import ChannelFailed, Message
from tests.post_office import hook_server, session_to

MESSAGE = Message("subject", "text")
MAIL = {
    "ASKHOUR_ALERT_EMAIL_TO": "mo@hospital.example, li@hospital.example",
    "ASKHOUR_SMTP_HOST": "mail.hospital.example",
    "ASKHOUR_SMTP_FROM": "askhour <askhour@hospital.example>",
}
SECRET = "https://hooks.example/services/T0/B0/secret-path"


def test_without_settings_there_is_no_channel() -> None:
    assert channels.configured(env={}) == ()


def test_mail_goes_by_starttls_unless_it_is_told_otherwise() -> None:
    found = channels.email(env=MAIL)
    assert found
    assert (found.port, found.tls, found.to) == (
        587,
        "starttls",
        ("mo@hospital.example", "li@hospital.example"),
    )
    over_tls = channels.email(env={**MAIL, "ASKHOUR_SMTP_TLS": "tls"})
    assert over_tls
    assert over_tls.port == 465


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"ASKHOUR_SMTP_HOST": "mail.example"}, "half set"),
        ({**MAIL, "ASKHOUR_SMTP_FROM": "nobody"}, "no e-mail address"),
        ({**MAIL, "ASKHOUR_SMTP_TLS": "none"}, "starttls or tls"),
        ({**MAIL, "ASKHOUR_SMTP_PORT": "smtp"}, "number"),
        ({"ASKHOUR_ALERT_WEBHOOK": "http://hooks.example/x"}, "https"),
        ({"ASKHOUR_ALERT_WEBHOOK": "https://me:pw@hooks.example/x"}, "https"),
    ],
)
def test_what_is_half_set_or_wrong_stops_the_start(env: dict[str, str], says: str) -> None:
    with pytest.raises(BadEnvironment, match=says):
        channels.configured(env=env)


@pytest.mark.parametrize(
    "inside", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "fd00::1", "192.168.1.4"]
)
def test_a_webhook_that_leads_inside_is_not_called(inside: str) -> None:
    with hook_server() as box:
        hook = Webhook(url=SECRET, session=partial(session_to, box.port), resolve=lambda host, port: [inside])
        with pytest.raises(ChannelFailed, match="private address"):
            hook.send(MESSAGE)
        assert box.got == []


def test_a_webhook_that_sends_us_on_is_not_followed() -> None:
    with hook_server() as box:
        box.answers = [302]
        hook = Webhook(
            url=SECRET, session=partial(session_to, box.port), resolve=lambda host, port: ["93.184.216.34"]
        )
        with pytest.raises(ChannelFailed, match="answered 302"):
            hook.send(MESSAGE)


def test_what_went_wrong_never_names_the_address_or_the_password() -> None:
    hook = Webhook(url=SECRET, session=partial(session_to, 1), resolve=lambda host, port: ["93.184.216.34"])
    with pytest.raises(ChannelFailed) as failed:
        hook.send(MESSAGE)
    mail = channels.email(env={**MAIL, "ASKHOUR_SMTP_PASSWORD": "pass-word-1"})
    assert "secret-path" not in f"{failed.value}{failed.value.__cause__}{hook!r}"
    assert "pass-word-1" not in repr(mail)
