"""Who gets in, and how: links, passwords, code apps, passkeys, resets."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from bot import staff
from bot.console.desk import Desk
from bot.models import AuditEvent
from bot.staff import Role
from tests.console.conftest import client_at

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"


def link(user: User) -> str:
    return staff.link(user, "https://testserver")


def code(secret: str) -> str:
    """What a code app shows now."""
    return str(format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1])))


def with_code_app(name: str = "ana", role: Role = Role.CLINICIAN) -> tuple[User, str]:
    user = staff.add(name, role)
    user.set_password(PASSWORD)
    user.save()
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return user, secret


def signs_in(client: Client, name: str = "ana", password: str = PASSWORD) -> Any:
    return client.post(reverse("account_login"), {"login": name, "password": password})


def test_a_link_works_once(client: Client) -> None:
    address = link(staff.add("vera", Role.VIEWER))
    assert client.get(address).status_code == 302
    assert "_auth_user_id" in client.session
    client.post(reverse("sign-out"))
    assert client.get(address, follow=True).redirect_chain[-1][0] == reverse("sign-in-help")
    assert "_auth_user_id" not in client.session


def test_whoever_may_answer_sets_up_a_second_factor_first(client: Client) -> None:
    client.get(link(staff.add("ana", Role.CLINICIAN)))
    assert client.get("/people").headers["location"] == reverse("second-factor")
    page = client.get(reverse("second-factor")).content.decode()
    assert reverse("mfa_add_webauthn") in page
    assert reverse("account_set_password") in page


def test_whoever_only_looks_needs_none(client: Client) -> None:
    client.get(link(staff.add("vera", Role.VIEWER)))
    assert client.get("/people").status_code == 403  # not theirs, and no second factor asked for


def test_a_demo_does_without(desk: Desk) -> None:
    client = client_at(Desk(desk.texts, desk.clock, second_factor=False))
    client.get(link(staff.add("root", Role.ADMIN)))
    assert client.get("/people").status_code == 200


def test_a_code_app_is_set_up_from_a_link(client: Client) -> None:
    user = staff.add("root", Role.ADMIN)
    client.get(link(user))
    client.post(reverse("account_set_password"), {"password1": PASSWORD, "password2": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert client.get("/people").status_code == 200
    stored = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    assert secret not in str(stored.data)  # sealed
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).exists()


def test_a_password_alone_does_not_get_in(client: Client) -> None:
    with_code_app()
    assert signs_in(client).headers["location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


def test_a_link_alone_does_not_pass_a_second_factor(client: Client) -> None:
    user, _ = with_code_app()
    assert client.get(link(user)).headers["location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


def test_a_code_works_once(client: Client, desk: Desk) -> None:
    _, secret = with_code_app(role=Role.ADMIN)
    shown = code(secret)
    signs_in(client)
    client.post(reverse("mfa_authenticate"), {"code": shown})
    assert client.get("/people").status_code == 200

    other = client_at(desk)
    signs_in(other)
    other.post(reverse("mfa_authenticate"), {"code": shown})
    assert "_auth_user_id" not in other.session


def test_a_recovery_code_works_once(client: Client, desk: Desk) -> None:
    user, _ = with_code_app()
    recovery = RecoveryCodes.activate(user).get_unused_codes()[0]
    for browser, gets_in in ((client, True), (client_at(desk), False)):
        signs_in(browser)
        browser.post(reverse("mfa_authenticate"), {"code": recovery})
        assert ("_auth_user_id" in browser.session) is gets_in


def test_the_last_second_factor_stays(client: Client) -> None:
    user, secret = with_code_app()
    signs_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def test_nobody_signs_up(client: Client) -> None:
    client.post(reverse("account_signup"), {"username": "eve", "password1": PASSWORD})
    assert not User.objects.filter(username="eve").exists()


def test_guessing_is_slowed_down(client: Client) -> None:
    with_code_app()
    for _ in range(5):
        assert "not correct" in signs_in(client, password="a wrong guess").content.decode()
    assert "Too many" in signs_in(client).content.decode()


def as_admin(client: Client) -> User:
    user, secret = with_code_app("root", Role.ADMIN)
    signs_in(client, "root")
    client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    return user


def test_an_invitation_brings_a_link_that_signs_in(client: Client, desk: Desk) -> None:
    as_admin(client)
    given = {"name": "bea", "full_name": "Dr Bea Byrne", "email": "bea@example.org", "role": "reviewer"}
    page = client.post(reverse("invite"), given).content.decode()
    found = re.search(r"http://testserver/sign-in\?key=[\w=-]+", page)
    assert found
    other = client_at(desk)
    other.get(found[0])
    bea = User.objects.get(username="bea")
    assert other.session["_auth_user_id"] == str(bea.pk)
    assert bea.get_full_name() == "Dr Bea Byrne"
    assert bea.has_perm("bot.review_faq")
    assert AuditEvent.objects.filter(what="user", which=str(bea.pk), new="invited", who="root").exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": "a b", "role": "viewer"}, "letters, digits"),
        ({"name": "ROOT", "role": "viewer"}, "there is a"),
        ({"name": "cy", "role": "king"}, "not one of the available choices"),
    ],
)
def test_a_bad_invitation_says_why_and_keeps_what_was_typed(
    client: Client, given: dict[str, str], said: str
) -> None:
    as_admin(client)
    answer = client.post(reverse("invite"), given)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert f'value="{given["name"]}"' in answer.content.decode()


def test_an_ended_access_ends_on_every_device(client: Client, desk: Desk) -> None:
    as_admin(client)
    ana, secret = with_code_app()
    theirs = client_at(desk)
    signs_in(theirs)
    theirs.post(reverse("mfa_authenticate"), {"code": code(secret)})
    client.post(reverse("person", args=[ana.pk, "end"]))
    assert theirs.get("/people").headers["location"].startswith(reverse("account_login"))
    assert "_auth_user_id" not in theirs.session
    assert AuditEvent.objects.filter(what="user", which=str(ana.pk), new="ended").exists()


def test_a_reset_asks_for_new_ways_to_sign_in(client: Client, desk: Desk) -> None:
    as_admin(client)
    ana, _ = with_code_app()
    client.post(reverse("person", args=[ana.pk, "reset"]))
    ana.refresh_from_db()
    assert not ana.has_usable_password()
    theirs = client_at(desk)
    theirs.get(link(ana))
    assert theirs.get("/").headers["location"] == reverse("second-factor")


def test_nobody_locks_themselves_out(client: Client) -> None:
    root = as_admin(client)
    client.post(reverse("person", args=[root.pk, "end"]))
    root.refresh_from_db()
    assert root.is_active


def test_only_administrators_manage_people(client: Client) -> None:
    ana, secret = with_code_app()
    signs_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    assert client.get(reverse("people")).status_code == 403
    assert client.post(reverse("person", args=[ana.pk, "link"])).status_code == 403
