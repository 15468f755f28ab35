"""The pages, and where they are. Everything asks for a sign-in unless it says otherwise."""

from django.urls import include, path

from bot.console import entrance, people, views

urlpatterns = [
    path("", views.queue, name="queue"),
    path("news", views.news, name="news"),
    path("items/<int:item_id>", views.item, name="item"),
    path("items/<int:item_id>/<slug:what>", views.act, name="act"),
    path("outgoing/<int:outgoing_id>/stop", views.stop, name="stop"),
    path("outgoing/<int:outgoing_id>/by-hand", views.by_hand, name="by-hand"),
    path("outgoing/<int:outgoing_id>/open", views.open_on_x, name="open-on-x"),
    path("outgoing/<int:outgoing_id>/held/<slug:what>", views.held, name="held"),
    path("session/<slug:slug>/<slug:what>", views.switch, name="switch"),
    path("hosts/<int:host_id>/reopen", views.reopen, name="reopen"),
    path("sign-in", entrance.by_link, name="sign-in"),
    path("sign-in/help", entrance.sign_in_help, name="sign-in-help"),
    path("sign-out", entrance.sign_out, name="sign-out"),
    path("second-factor", entrance.second_factor, name="second-factor"),
    path("people", people.everybody, name="people"),
    path("people/invite", people.invite, name="invite"),
    path("people/<int:user_id>/<slug:what>", people.act, name="person"),
    path("accounts/", include("bot.console.accounts")),
]
