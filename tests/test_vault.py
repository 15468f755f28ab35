"""Staying signed in: one process renews, others wait, and what cannot be saved is told."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection

from bot import vault
from bot.models import HostAccount, XToken
from bot.vault import HostToken, Seal
from bot.x import oauth2
from bot.x.oauth2 import App, Pair, SignInLost
from bot.x.port import PostDelayed, XClosed
from bot.x.simulator import Fault
from bot.x.tweepy_x import TweepyX
from tests.hour import Time
from tests.signing import ENV, Afterwards, Signing, a_host

ALMOST = {"minutes": 111}  # nine minutes before an access token expires
EXPIRED = {"minutes": 121}


@pytest.fixture
def signing(transactional_db: None, time: Time) -> Iterator[Signing]:
    with a_host(time) as signing:
        yield signing


def test_a_token_is_renewed_before_it_expires(signing: Signing) -> None:
    signing.signs_in()
    first = signing.token().access_token()
    signing.time.passes(minutes=109)
    assert signing.token().access_token() == first
    signing.time.passes(minutes=2)
    second = signing.token().access_token()
    assert second != first
    assert signing.row().generation == 2
    assert signing.row().expires_at == signing.time() + timedelta(hours=2)
    assert signing.x().me().handle == "testhost"


def test_many_processes_renew_once(signing: Signing) -> None:
    """Had two of them used the same refresh token, X would have refused one, and the sign-in lost."""
    signing.signs_in()
    signing.time.passes(**ALMOST)
    together, tokens = threading.Barrier(4), []

    def process() -> None:
        together.wait()
        tokens.append(signing.token().access_token())

    threads = [threading.Thread(target=process) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(tokens) == 4
    assert signing.row().generation == 2
    assert signing.row().lost_because == ""
    assert signing.x().me().handle == "testhost"


def test_who_comes_second_uses_the_old_token(signing: Signing) -> None:
    signing.signs_in()
    old = signing.token().access_token()
    signing.time.passes(**ALMOST)
    seen: list[str] = []
    first = signing.token(Afterwards(signing.server.url, lambda: seen.append(signing.token().access_token())))
    new = first.access_token()
    assert seen == [old] != [new]


def test_who_waits_too_long_lets_the_post_wait(signing: Signing) -> None:
    signing.signs_in()
    signing.time.passes(**EXPIRED)
    lease = signing.time() + timedelta(seconds=90)
    XToken.objects.update(lease_until=lease)
    with pytest.raises(PostDelayed) as later:
        signing.x().post("Hello.")
    assert later.value.until == lease
    assert sum(signing.waits) == vault.WAIT


def test_who_waits_gets_what_the_other_one_got(signing: Signing) -> None:
    signing.signs_in()
    signing.time.passes(**EXPIRED)
    other = signing.stored()
    XToken.objects.update(lease_until=signing.time() + timedelta(seconds=90))

    def other_is_done(_seconds: float) -> None:
        pair = oauth2.refresh(signing.app, other.refresh, now=signing.time(), adapter=signing.adapter())
        vault.keep(HostAccount.objects.get(), pair, vault.seal(env=ENV), now=signing.time())

    waiting = signing.token()
    waiting._pause = other_is_done
    assert waiting.access_token() == signing.stored().access


@pytest.mark.parametrize("x_says", ["invalid_grant", "invalid_request"])
def test_a_process_that_dies_before_the_commit_costs_the_sign_in(
    signing: Signing, monkeypatch: pytest.MonkeyPatch, x_says: Any
) -> None:
    """The one moment that cannot be made safe: it is told as what it is, once, and X is left alone."""
    signing.world.settings.grant_error = x_says
    signing.signs_in()
    signing.time.passes(**ALMOST)
    with monkeypatch.context() as crash:
        crash.setattr(HostToken, "_commit", lambda *_: exit_now())
        with pytest.raises(SystemExit):
            signing.token().access_token()

    signing.time.passes(seconds=91)
    with pytest.raises(SignInLost, match=r"askhour x login --host testhost.*process ended in between"):
        signing.token().access_token()
    with pytest.raises(SignInLost):
        signing.x().post("Hello.")
    assert not signing.world.posts

    signing.signs_in()
    assert signing.x().me().handle == "testhost"


def exit_now() -> None:
    raise SystemExit


def test_an_answer_that_got_lost_is_told_as_such(signing: Signing) -> None:
    signing.signs_in()
    signing.time.passes(**ALMOST)
    with signing.trouble(Fault.TIMEOUT_LANDED):
        signing.token().access_token()  # the old one: it may be good for some minutes yet
    with pytest.raises(PostDelayed) as later:  # it is not: X has ended it
        signing.x().post("Hello.")
    assert later.value.until == signing.row().retry_at
    signing.time.passes(minutes=1, seconds=1)
    with pytest.raises(SignInLost, match="may have got lost on its way"):
        signing.x().post("Hello.")


def test_while_x_cannot_be_asked_the_old_token_serves(signing: Signing) -> None:
    signing.signs_in()
    old = signing.token().access_token()
    signing.time.passes(**ALMOST)
    with signing.trouble(Fault.ERROR):
        assert signing.token().access_token() == old
    assert signing.token().access_token() == old  # and X is not asked again at once
    assert signing.row().generation == 1
    signing.time.passes(minutes=1, seconds=1)
    assert signing.token().access_token() != old


def test_without_any_good_token_a_post_waits(signing: Signing) -> None:
    signing.signs_in()
    signing.time.passes(**EXPIRED)
    with signing.trouble(Fault.ERROR), pytest.raises(PostDelayed, match="X answered 503") as later:
        signing.x().post("Hello.")
    assert later.value.until == signing.time() + vault.RETRY
    signing.time.passes(minutes=1, seconds=1)
    signing.x().post("Hello.")
    assert [post.body for post in signing.world.posts.values()] == ["Hello."]


def test_a_refused_token_is_renewed_and_the_post_goes_out_once(signing: Signing) -> None:
    signing.world.settings.access_lasts = timedelta(minutes=1)
    signing.signs_in()
    XToken.objects.update(expires_at=signing.time() + timedelta(hours=2))  # X thinks otherwise
    signing.time.passes(minutes=2)
    signing.x().post("Hello.")
    assert [post.body for post in signing.world.posts.values()] == ["Hello."]
    assert signing.row().generation == 2


def test_a_second_refusal_closes_the_account(signing: Signing) -> None:
    class Refused:
        def access_token(self) -> str:
            return "one"

        def after_refusal(self, refused: str) -> str:
            return f"not {refused}"

    with pytest.raises(XClosed, match="does not accept our keys"):
        TweepyX(Refused(), adapter=signing.adapter(), clock=signing.time).post("Hello.")


def test_a_wrong_app_is_told_and_the_sign_in_kept(signing: Signing) -> None:
    signing.signs_in()
    signing.time.passes(**EXPIRED)
    right, signing.app = signing.app, App(signing.app.client_id, "wrong")
    with pytest.raises(XClosed, match="check ASKHOUR_X_CLIENT_ID and ASKHOUR_X_CLIENT_SECRET"):
        signing.x().post("Hello.")
    signing.app = right
    signing.time.passes(minutes=1, seconds=1)
    assert signing.x().me().handle == "testhost"


def test_a_pair_that_comes_late_is_kept(signing: Signing) -> None:
    """A machine stood still with X's answer in its hands; meanwhile another found the sign-in lost."""
    signing.signs_in()
    signing.time.passes(**ALMOST)

    def stood_still() -> None:
        signing.time.passes(seconds=100)
        with pytest.raises(SignInLost):
            signing.token().access_token()

    signing.token(Afterwards(signing.server.url, stood_still)).access_token()
    assert signing.x().me().handle == "testhost"


def test_a_sign_in_during_a_renewal_wins(signing: Signing) -> None:
    signing.signs_in()
    signing.time.passes(**ALMOST)
    anew: list[Pair] = []

    def signs_in_anew() -> None:
        signing.signs_in()
        anew.append(signing.stored())

    late = signing.token(Afterwards(signing.server.url, signs_in_anew)).access_token()
    assert anew == [signing.stored()]
    assert late == anew[0].access


def test_who_read_before_the_other_one_renewed_does_not_renew_again(signing: Signing) -> None:
    signing.signs_in()
    signing.time.passes(**EXPIRED)
    others: list[str] = []

    def meanwhile() -> datetime:
        if not others:  # between our reading and our lease
            others.append("")
            others.append(signing.token().access_token())
        return signing.time()

    late = signing.token()
    late._clock = meanwhile
    assert late.access_token() == others[1]
    assert signing.row().generation == 2
    assert signing.row().lost_because == ""


def test_a_lease_is_not_acted_on_after_a_standstill(signing: Signing) -> None:
    signing.signs_in()
    signing.time.passes(minutes=112)
    stood: list[bool] = []

    def stands_still() -> datetime:
        if not stood and signing.row().lease_until is not None:
            stood.append(True)
            signing.time.passes(seconds=80)
        return signing.time()

    slow = signing.token()
    slow._clock = stands_still
    slow.access_token()
    assert stood
    assert signing.row().generation == 1
    signing.time.passes(seconds=11)
    signing.token().access_token()
    assert signing.row().generation == 2


def test_a_database_that_is_busy_once_does_not_cost_the_sign_in(signing: Signing) -> None:
    signing.signs_in()
    signing.time.passes(**ALMOST)
    failed: list[str] = []

    def busy(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "sealed" in sql and sql.startswith("UPDATE") and not failed:
            failed.append(sql)
            raise OperationalError("database is locked")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(busy):
        signing.token().access_token()
    assert failed
    assert signing.row().generation == 2
    assert signing.x().me().handle == "testhost"


def test_who_has_not_signed_in_is_told_how(signing: Signing) -> None:
    with pytest.raises(XClosed, match="@testhost has not signed in: run `askhour x login --host testhost`"):
        signing.x().me()


def test_a_sealing_key_can_be_changed(signing: Signing) -> None:
    signing.signs_in()
    row = signing.row()
    new_first = vault.seal(env={"ASKHOUR_TOKEN_KEY": f"{'n' * 40} {'k' * 40}", "ASKHOUR_SECRET_KEY": "s"})
    assert new_first.open("testhost", row) == signing.stored()
    with pytest.raises(XClosed, match="set the ASKHOUR_TOKEN_KEY"):
        Seal(["n" * 40]).open("testhost", row)
    row.sealed = new_first.close("testhost", new_first.open("testhost", row))
    assert Seal(["n" * 40]).open("testhost", row).access


def test_a_row_cannot_be_passed_off_as_another_hosts(signing: Signing) -> None:
    signing.signs_in()
    with pytest.raises(XClosed, match="stored sign-in of @other cannot be opened"):
        vault.seal(env=ENV).open("other", signing.row())
