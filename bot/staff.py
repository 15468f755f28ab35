"""Who may do what: accounts for clinicians and organisers, and their one-time sign-in links."""

from collections.abc import Mapping
from enum import StrEnum

from django.contrib.auth.models import Group, Permission, User
from sesame.utils import get_query_string


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
