"""The pages, and where they are. Everything asks for a sign-in unless it says otherwise."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from bot.console import acts, entrance, faq_pages, people, plans, posts, preflight, rehearsals, runsheet, views

urlpatterns = [
    path("", views.queue, name="queue"),
    path("status", views.status, name="status"),
    path("leaving", views.leaving, name="leaving"),
    path("rows", views.waiting_rows, name="rows"),
    path("views/save", views.save_view, name="save-view"),
    path("views/<int:view_id>/drop", views.drop_view, name="drop-view"),
    path("items/<int:item_id>", views.item, name="item"),
    path("items/<int:item_id>/presence", views.presence, name="presence"),
    path("items/<int:item_id>/check", views.check, name="check"),
    path("items/<int:item_id>/<slug:what>", acts.act, name="act"),
    path("outgoing/<int:outgoing_id>/stop", posts.stop, name="stop"),
    path("outgoing/<int:outgoing_id>/by-hand", posts.by_hand, name="by-hand"),
    path("outgoing/<int:outgoing_id>/open", posts.open_on_x, name="open-on-x"),
    path("outgoing/<int:outgoing_id>/held/<slug:what>", posts.held, name="held"),
    path("session/<slug:slug>/<slug:what>", posts.switch, name="switch"),
    path("run", runsheet.newest, name="run-newest"),
    path("run/stop", runsheet.ask_stop, name="ask-stop"),
    path("run/stop/<slug:what>", runsheet.stop, name="stop-everything"),
    path("run/cues/<int:cue_id>/<slug:what>", runsheet.cue, name="cue"),
    path("run/last-words/<int:farewell_id>/<slug:what>", runsheet.last_words, name="last-words"),
    path("run/<slug:slug>", runsheet.run, name="run"),
    path("run/<slug:slug>/live", runsheet.live, name="run-live"),
    path("run/<slug:slug>/act/<slug:what>", runsheet.session, name="run-act"),
    path("alerts/test", runsheet.test_alert, name="test-alert"),
    path("alerts/<int:alert_id>/seen", runsheet.saw, name="alert-seen"),
    path("hosts/<int:host_id>/reopen", posts.reopen, name="reopen"),
    path("plans", plans.everything, name="plans"),
    path("rehearsals", rehearsals.page, name="rehearsals"),
    path("sessions/<slug:slug>/preflight", preflight.page, name="preflight"),
    path("sessions/<slug:slug>/preflight/<slug:what>", preflight.act, name="preflight-act"),
    path("sign-in", entrance.by_link, name="sign-in"),
    path("sign-in/help", entrance.sign_in_help, name="sign-in-help"),
    path("sign-out", entrance.sign_out, name="sign-out"),
    path("language", login_not_required(set_language), name="language"),
    path("second-factor", entrance.second_factor, name="second-factor"),
    path("faq", faq_pages.overview, name="faq"),
    path("faq/<slug:topic>", faq_pages.topic, name="faq-topic"),
    path("faq/<slug:topic>/sign", faq_pages.sign, name="faq-sign"),
    path("people", people.everybody, name="people"),
    path("people/invite", people.invite, name="invite"),
    path("people/<int:user_id>/<slug:what>", people.act, name="person"),
    path("accounts/", include("bot.console.accounts")),
]
