"""Who may come in: invitations, sign-in links, resets, and the end of an access."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from bot import staff
from bot.console.desk import desk_of
from bot.console.may import may_manage
from bot.console.second_factor import FACTORS


class Invitation(forms.Form):
    name = forms.CharField(
        label="Name to sign in with", max_length=60, help_text="Letters, digits and . + - _"
    )
    full_name = forms.CharField(
        label="Full name, as it stands under what they sign", max_length=120, required=False
    )
    email = forms.EmailField(
        label="E-mail address, for a hospital's sign-in", required=False, help_text="You vouch for it."
    )
    role = forms.ChoiceField(choices=[(role.value, role.value) for role in staff.Role], initial="clinician")


@require_GET
@may_manage
def everybody(request: HttpRequest) -> HttpResponse:
    return _page(request, Invitation())


@require_POST
@may_manage
def invite(request: HttpRequest) -> HttpResponse:
    form = Invitation(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    given = form.cleaned_data
    try:
        user = staff.invite(
            given["name"],
            given["full_name"],
            given["email"],
            staff.Role(given["role"]),
            who=str(request.user),
            now=desk_of(request).clock(),
        )
    except staff.Impossible as error:
        form.add_error("name", str(error))
        return _page(request, form, status=422)
    return _page(request, Invitation(), link=_link(request, user), of=user)


@require_POST
@may_manage
def act(request: HttpRequest, user_id: int, what: str) -> HttpResponse:
    user = get_object_or_404(User, pk=user_id)
    if what == "link":
        return _page(request, Invitation(), link=_link(request, user), of=user)
    actions: dict[str, tuple[Callable[..., None], str]] = {
        "end": (staff.end, "may no longer sign in"),
        "restore": (staff.restore, "may sign in again"),
        "reset": (staff.reset, "sets up new ways to sign in: send a link"),
    }
    if what not in actions:
        raise Http404
    if user == request.user:
        messages.error(request, "Not on yourself: ask another administrator.")
        return redirect("people")
    do, done = actions[what]
    do(user, who=str(request.user), now=desk_of(request).clock())
    messages.success(request, f"{user} {done}.")
    return redirect("people")


def _link(request: HttpRequest, user: User) -> str:
    return staff.link(user, request.build_absolute_uri("/"))


def _page(request: HttpRequest, form: Invitation, *, status: int = 200, **more: Any) -> HttpResponse:
    secured = set(Authenticator.objects.filter(type__in=FACTORS).values_list("user_id", flat=True))
    people = [
        {
            "user": user,
            "roles": ", ".join(group.name for group in user.groups.all()),
            "secured": user.pk in secured,
        }
        for user in User.objects.prefetch_related("groups").order_by("-is_active", "username")
    ]
    context = {"banner": desk_of(request).banner, "form": form, "people": people} | more
    answer = render(request, "people.html", context, status=status)
    answer["Cache-Control"] = "no-store"  # it may show a link that signs somebody in
    return answer
