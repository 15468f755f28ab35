"""Public holidays. The only module that knows the library `holidays`."""

from datetime import date
from functools import cache

import holidays


def holiday(country: str, day: date) -> str:
    """The public holiday of a country (ISO 3166 code, or UK) on that day; empty when there is none."""
    return _of(country.upper(), day.year).get(day, "")


def known(country: str) -> bool:
    return country.upper() in _countries()


@cache
def _countries() -> frozenset[str]:
    return frozenset(holidays.list_supported_countries())


@cache
def _of(country: str, year: int) -> dict[date, str]:
    if not known(country):
        return {}
    found = holidays.country_holidays(country, years=[year], language="en_US")
    return {day: name for day, name in found.items() if day.year == year}
