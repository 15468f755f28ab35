"""A column for a state of one of our life cycles."""

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    _Base = models.CharField[str, str]
else:
    _Base = models.CharField


class StateField(_Base):
    """A state, stored as its plain name and indexed: nearly every query asks for one."""

    def __init__(self, states: type[StrEnum] | None = None, **kwargs: object) -> None:
        if states is not None:
            kwargs["choices"] = [(state.value, state.value.replace("_", " ")) for state in states]
        kwargs.setdefault("max_length", 12)
        kwargs.setdefault("db_index", True)
        super().__init__(**kwargs)  # type: ignore[arg-type]
