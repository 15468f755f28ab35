"""The command `askhour plan preview`, and the calendar file that it writes."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import icalendar
import pytest

from bot import almanac, calendar_file, config, planner
from bot.core.series import Series
from bot.yamlfile import BadFiles
from tests.core.test_plan import PLAN

CONTENT = config.find_content(Path(__file__).parents[1])
NOW = datetime(2027, 1, 1, tzinfo=UTC)
WEEKLY = replace(PLAN, series=Series(rrule="FREQ=WEEKLY", count=3))


def events(title: str = PLAN.title) -> dict[str, icalendar.Component]:
    plan = replace(WEEKLY, title=title)
    coming = planner.coming_up("hour", plan, CONTENT, zones=("UTC",), now=NOW)
    calendar = icalendar.Calendar.from_ical(calendar_file.ics(plan, coming, now=NOW))
    return {str(event["uid"]): event for event in calendar.walk("VEVENT")}


def test_the_calendar_file_has_each_session_in_utc_under_a_name_that_stays() -> None:
    assert (
        list(events())
        == list(events("A new title"))
        == [f"hour-2027-02-{day}.testhost@askhour" for day in ("03", "10", "17")]
    )
    first = events()["hour-2027-02-03.testhost@askhour"]
    assert first.decoded("dtstart") == PLAN.opens
    assert first.decoded("dtend") == PLAN.closes
    assert first["dtstart"].to_ical() == b"20270203T180000Z"


def test_the_preview_of_a_plan_in_a_file_is_a_table_with_its_zones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    text = (CONTENT.sessions / "demo.yaml").read_text(encoding="utf-8").replace("2026-12-03", "2027-01-01")
    plan = tmp_path / "series.yaml"
    plan.write_text(text + "\nseries: {rrule: FREQ=DAILY}\n", encoding="utf-8")
    calendar = tmp_path / "out.ics"

    assert planner.preview(str(plan), zones=("Asia/Tokyo",), count=2, ics=calendar, clock=lambda: NOW) == 0

    shown = capsys.readouterr().out
    assert "Asia/Tokyo" in shown
    assert "series-2027-01-02" in shown
    assert "A draft" in shown
    assert calendar.read_bytes().count(b"BEGIN:VEVENT") == 2


def test_a_zone_that_does_not_exist_is_told() -> None:
    with pytest.raises(BadFiles, match="not a time zone"):
        planner.preview("demo", zones=("Mars/Olympus",), count=1, ics=None)


def test_public_holidays_are_known_for_countries_by_code_and_nothing_is_made_up() -> None:
    assert almanac.holiday("UK", date(2027, 12, 25)) == "Christmas Day"
    assert almanac.holiday("US", date(2027, 11, 25)) == "Thanksgiving Day"
    assert almanac.holiday("UK", date(2027, 12, 24)) == ""
    assert almanac.holiday("Narnia", date(2027, 12, 25)) == ""
    assert not almanac.known("Narnia")
