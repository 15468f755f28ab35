"""The pages through Django's own client."""

from datetime import UTC, datetime
from typing import Any, cast

import pytest
from django.test import Client

from bot.console.desk import KEY, Desk
from bot.texts import Texts

NOW = datetime(2027, 2, 3, 18, 0, tzinfo=UTC)


def client_at(desk: Desk) -> Client:
    return Client(**cast(dict[str, Any], {KEY: desk}))


@pytest.fixture
def desk() -> Desk:
    """For pages that need no texts."""
    return Desk(cast(Texts, None), lambda: NOW)


@pytest.fixture
def client(desk: Desk) -> Client:
    return client_at(desk)
