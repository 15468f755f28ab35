"""Which right a page asks for, and who is asking. The flows check the rights again."""

from typing import cast

from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest

may_see = permission_required("bot.see_questions", raise_exception=True)
may_answer = permission_required("bot.answer_questions", raise_exception=True)
may_host = permission_required("bot.host_sessions", raise_exception=True)
may_review = permission_required("bot.review_faq", raise_exception=True)
may_manage = permission_required("bot.manage_staff", raise_exception=True)


def person(request: HttpRequest) -> User:
    """Whoever is signed in; pages without a sign-in have nobody to ask for."""
    return cast(User, request.user)
