"""Who may do what: accounts for clinicians and organisers, and their one-time sign-in links."""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group, Permission, User
from django.db import transaction
from django.db.models import QuerySet
from sesame.utils import get_query_string

from bot.flows import moves


class Role(StrEnum):
    """What somebody is here for. A person may have several roles."""

    VIEWER = "viewer"  # looks on
    CLINICIAN = "clinician"  # answers
    REVIEWER = "reviewer"  # answers, signs FAQ entries and decides on proposals
    ORGANISER = "organiser"  # answers, and hosts
    ADMIN = "admin"  # invites people; answers nothing
    AUDITOR = "auditor"  # reads what was done


MAY: Mapping[Role, tuple[str, ...]] = {
    Role.VIEWER: ("see_questions",),
    Role.CLINICIAN: ("see_questions", "answer_questions"),
    Role.REVIEWER: ("see_questions", "answer_questions", "review_faq"),
    Role.ORGANISER: ("see_questions", "answer_questions", "host_sessions"),
    Role.ADMIN: ("manage_staff",),
    Role.AUDITOR: ("read_audit",),
}


class Unknown(Exception):
    """There is nobody of that name; the message says what to do."""


NAME = re.compile(r"[\w.+-]{1,60}")


class Impossible(Exception):
    """That cannot be done; the message says why and what to do."""


def add(name: str, role: Role) -> User:
    """Makes the account, or gives an existing one this role as well. It has no password."""
    user, created = User.objects.get_or_create(username=name)
    if created:
        user.set_unusable_password()
        user.save()
    group, _ = Group.objects.get_or_create(name=role)
    group.permissions.set(Permission.objects.filter(content_type__app_label="bot", codename__in=MAY[role]))
    user.groups.add(group)
    return user


@transaction.atomic
def invite(name: str, full_name: str, email: str, role: Role, *, who: str, now: datetime) -> User:
    """A new account. `full_name` is how the person signs. `email` is for a hospital's sign-in: whoever
    invites vouches for it. Raises Impossible when the name or the address is taken or no good.
    """
    if not NAME.fullmatch(name):
        raise Impossible("a name has letters, digits and . + - _ only, at most 60")
    if User.objects.filter(username__iexact=name).exists():
        raise Impossible(f"there is a {name!r} already: choose another name")
    if email and EmailAddress.objects.filter(email__iexact=email).exists():
        raise Impossible(f"somebody has the address {email} already")
    user = add(name, role)
    user.email = email
    _call(user, full_name)
    if email:
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    moves.note(user, who=who, now=now, new="invited", why=f"as {role}")
    return user


@transaction.atomic
def rename(user: User, full_name: str, *, who: str, now: datetime) -> None:
    """Sets the name with which somebody signs. Raises Impossible when it is empty."""
    if not full_name.strip():
        raise Impossible("a full name is what stands under a signature: write it out")
    _call(user, full_name)
    moves.note(user, who=who, now=now, new="renamed")


def _call(user: User, full_name: str) -> None:
    user.first_name, _, user.last_name = " ".join(full_name.split()).partition(" ")
    user.save()


@transaction.atomic
def end(user: User, *, who: str, now: datetime) -> None:
    """Takes somebody's access away, at once and on every device. What they did stays theirs."""
    User.objects.filter(pk=user.pk).update(is_active=False)
    sign_out_everywhere(user)
    moves.note(user, who=who, now=now, new="ended")


@transaction.atomic
def restore(user: User, *, who: str, now: datetime) -> None:
    User.objects.filter(pk=user.pk).update(is_active=True)
    moves.note(user, who=who, now=now, new="restored")


@transaction.atomic
def reset(user: User, *, who: str, now: datetime) -> None:
    """Forgets password and second factor: the person signs in by a link and sets up new ones."""
    Authenticator.objects.filter(user=user).delete()
    user.set_unusable_password()
    user.save()
    sign_out_everywhere(user)
    moves.note(user, who=who, now=now, new="reset")


def sign_out_everywhere(user: User) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()


def who_may(right: str) -> QuerySet[User]:
    """Everybody active whose roles give this right."""
    return User.objects.filter(is_active=True, groups__permissions__codename=right).distinct()


def find(name: str) -> User:
    try:
        return User.objects.get(username=name, is_active=True)
    except User.DoesNotExist:
        known = ", ".join(User.objects.values_list("username", flat=True)) or "nobody yet"
        raise Unknown(
            f"there is no {name!r} (there are: {known}); add them with: askhour staff add {name}"
        ) from None


def link(user: User, address: str) -> str:
    """A link that signs this person in, once, within a quarter of an hour."""
    return f"{address.rstrip('/')}/sign-in{get_query_string(user)}"
