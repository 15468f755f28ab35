"""How alerts leave this machine: e-mail and a webhook such as Slack's or Teams'.

Both are set in the environment. A webhook's address is a secret: whoever has it can post. Nothing here
logs, and what went wrong is told by its kind only, since libraries put addresses into their messages.
"""

import ipaddress
import smtplib
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from os import environ
from urllib.parse import urlsplit

import requests
from django.core.mail import EmailMessage, get_connection

from bot import environment
from bot.environment import PREFIX, BadEnvironment
from bot.flows.alerts import Channel, ChannelFailed, Message

TIMEOUT = 5  # seconds, for each step of a call

Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """Through an SMTP server, by STARTTLS or TLS; without either only to this machine itself."""

    host: str
    port: int
    sender: str
    to: tuple[str, ...]
    user: str = ""
    password: str = field(default="", repr=False)
    tls: str = "starttls"  # or "tls", or "none"
    name: str = "e-mail"

    def send(self, message: Message) -> None:
        connection = get_connection(
            "django.core.mail.backends.smtp.EmailBackend",
            host=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            use_tls=self.tls == "starttls",
            use_ssl=self.tls == "tls",
            timeout=TIMEOUT,
        )
        mail = EmailMessage(message.subject, message.text, self.sender, self.to, connection=connection)
        try:
            mail.send()
        except smtplib.SMTPResponseException as error:
            raise ChannelFailed(f"the mail server says {error.smtp_code}") from None
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise ChannelFailed(f"the mail server could not be used: {type(error).__name__}") from None


def resolved(host: str, port: int) -> list[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Posts `{"text": …}`, which Slack, Mattermost and Teams' own webhooks take."""

    url: str = field(repr=False)
    session: Callable[[], requests.Session] = requests.Session
    resolve: Resolve = resolved
    name: str = "webhook"

    def send(self, message: Message) -> None:
        try:
            self._look_where()
            with self.session() as session:
                answer = session.post(
                    self.url,
                    json={"text": f"{message.subject}\n{message.text}"},
                    timeout=(TIMEOUT, TIMEOUT),
                    allow_redirects=False,  # it might lead to a machine inside
                )
        except (requests.RequestException, OSError) as error:
            raise ChannelFailed(f"the webhook could not be reached: {type(error).__name__}") from None
        if not 200 <= answer.status_code < 300:
            raise ChannelFailed(f"the webhook answered {answer.status_code}")

    def _look_where(self) -> None:
        """Raises ChannelFailed for an address inside our own network: it must not be used as a way in."""
        parts = urlsplit(self.url)
        for address in self.resolve(parts.hostname or "", parts.port or 443):
            if not ipaddress.ip_address(address).is_global:
                raise ChannelFailed("the webhook's name leads to a private address")


def configured(*, env: Mapping[str, str] = environ) -> tuple[Channel, ...]:
    """The channels that are set. Raises BadEnvironment when one is half set or wrong."""
    found = (email(env=env), webhook(env=env))
    return tuple(channel for channel in found if channel is not None)


def email(*, env: Mapping[str, str] = environ) -> Email | None:
    to = tuple(environment.value("ALERT_EMAIL_TO", env=env).replace(",", " ").split())
    host, sender = environment.value("SMTP_HOST", env=env), environment.value("SMTP_FROM", env=env)
    if not (to or host or sender):
        return None
    given = {"ALERT_EMAIL_TO": to, "SMTP_HOST": host, "SMTP_FROM": sender}
    if missing := [PREFIX + name for name, found in given.items() if not found]:
        raise BadEnvironment(f"alerts by e-mail are half set: set {', '.join(missing)} too")
    if wrong := [one for one in (*to, sender) if "@" not in parseaddr(one)[1]]:
        raise BadEnvironment(
            f"{wrong[0]!r} is no e-mail address: see {PREFIX}ALERT_EMAIL_TO, {PREFIX}SMTP_FROM"
        )
    tls = environment.value("SMTP_TLS", "starttls", env=env)
    here = host in ("localhost", "127.0.0.1", "::1")
    if tls not in ("starttls", "tls", "none") or (tls == "none" and not here):
        raise BadEnvironment(
            f"{PREFIX}SMTP_TLS is {tls!r}: write starttls or tls (none only for a server on this machine)"
        )
    port = environment.value("SMTP_PORT", "465" if tls == "tls" else "587", env=env)
    if not port.isdigit():
        raise BadEnvironment(f"{PREFIX}SMTP_PORT is {port!r}: write a number, such as 587")
    return Email(
        host=host,
        port=int(port),
        sender=sender,
        to=to,
        user=environment.value("SMTP_USER", env=env),
        password=environment.secret("SMTP_PASSWORD", env=env),
        tls=tls,
    )


def webhook(*, env: Mapping[str, str] = environ) -> Webhook | None:
    url = environment.secret("ALERT_WEBHOOK", env=env)
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.username:
        raise BadEnvironment(f"{PREFIX}ALERT_WEBHOOK should begin with https:// and name a host")
    return Webhook(url=url)


def address(*, env: Mapping[str, str] = environ) -> str:
    """Where people find the console, for links in alerts; may be empty."""
    given = environment.value("ADDRESS", env=env)
    if given and not given.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise BadEnvironment(f"{PREFIX}ADDRESS is {given!r}: write https:// and the page's name")
    return given.rstrip("/")
