from __future__ import annotations

from dataclasses import replace

import pytest

from apexlab_desktop.app.records import SessionSummary
from apexlab_desktop.ui.panels.library_list import row_words
from apexlab_desktop.ui.viewmodels.library_rows import (
    Facet,
    Filters,
    MonthRow,
    SessionRow,
    SortOrder,
    facet_counts,
    fits,
    list_rows,
    own_title,
    record_of,
    session_name,
    session_row,
)
from tests.ui.fake_library import FakeLibrary

SESSIONS = tuple(FakeLibrary().list_sessions())
BY_ID = {session.id: session for session in SESSIONS}


def _ids(rows: list[MonthRow | SessionRow]) -> list[str]:
    return [row.summary.id for row in rows if isinstance(row, SessionRow)]


def test_list_is_grouped_by_month_newest_first() -> None:
    rows = list_rows(SESSIONS, Filters(), SortOrder.NEWEST)
    months = [row.text for row in rows if isinstance(row, MonthRow)]
    assert months == ["June 2026", "May 2026", "April 2026", "September 2025"]
    assert _ids(rows)[:2] == ["run-3", "run-2"]
    assert _ids(rows) == list(reversed(_ids(list_rows(SESSIONS, Filters(), SortOrder.OLDEST))))


def test_other_orders_have_no_months() -> None:
    rows = list_rows(SESSIONS, Filters(), SortOrder.BEST)
    assert all(isinstance(row, SessionRow) for row in rows)
    times = [row.summary.best_lap_s for row in rows if isinstance(row, SessionRow)]
    assert times == sorted(times, key=lambda time: time or 0.0)


def test_a_title_is_not_taken_for_a_track() -> None:
    untold = replace(BY_ID["run-1"], track="", title="A day out")
    assert (session_name(untold), own_title(untold)) == ("A day out", "A day out")
    assert own_title(BY_ID["run-1"]) == ""
    assert facet_counts((untold, BY_ID["run-2"]), Filters(), Facet.TRACK) == [("Ridgeline Park", 1)]
    assert fits(untold, Filters(text="day out"))
    row = session_row(untold, (untold,))
    assert row_words(row).startswith(
        "14 Jun 2026, 08:50, Track unknown, A day out".replace("14 Jun", "14\u00a0Jun")
    )
    last = list_rows((untold, BY_ID["run-2"]), Filters(), SortOrder.TRACK)[-1]
    assert isinstance(last, SessionRow)
    assert last.summary is untold


def test_session_without_best_lap_comes_last_by_time() -> None:
    slow = replace(BY_ID["run-1"], best_lap_s=None)
    rows = list_rows((slow, BY_ID["run-2"]), Filters(), SortOrder.BEST)
    assert _ids(rows) == ["run-2", "run-1"]


@pytest.mark.parametrize(
    ("text", "n_fitting"),
    [("", 14), ("ridge", 8), ("park rid", 8), ("mx coach", 1), ("crest mill", 1), ("nothing", 0),
     ("RIDGE", 8), ("14 jun", 3)],
)  # fmt: skip
def test_search_takes_fragments_in_any_order(text: str, n_fitting: int) -> None:
    assert sum(fits(session, Filters(text=text)) for session in SESSIONS) == n_fitting


def test_values_of_one_facet_add_up_and_facets_narrow() -> None:
    either = Filters().toggled(Facet.TRACK, "Harbour Ring").toggled(Facet.TRACK, "Moor Lane")
    assert len(_ids(list_rows(SESSIONS, either, SortOrder.NEWEST))) == 3
    both = either.toggled(Facet.CAR, "GR86")
    assert _ids(list_rows(SESSIONS, both, SortOrder.NEWEST)) == ["moor-1"]


def test_toggling_twice_is_no_filter() -> None:
    filters = Filters().toggled(Facet.YEAR, "2026").toggled(Facet.YEAR, "2026")
    assert filters.is_empty


def test_counts_are_of_what_the_other_filters_leave() -> None:
    filters = Filters().toggled(Facet.CAR, "GR86")
    assert dict(facet_counts(SESSIONS, filters, Facet.TRACK)) == {"Kestrel Hill": 3, "Moor Lane": 1}
    assert dict(facet_counts(SESSIONS, filters, Facet.CAR)) == {"MX-5 ND": 10, "GR86": 4}


def test_a_chosen_value_stays_in_sight_at_zero() -> None:
    filters = Filters(text="harbour").toggled(Facet.TRACK, "Moor Lane")
    assert ("Moor Lane", 0) in facet_counts(SESSIONS, filters, Facet.TRACK)


def test_record_is_the_quickest_lap_of_the_same_track_and_length() -> None:
    assert record_of(BY_ID["run-1"], SESSIONS) == 80.930
    row = session_row(BY_ID["run-2"], SESSIONS)
    assert row.to_record_s == pytest.approx(0.576)
    assert session_row(BY_ID["run-3"], SESSIONS).is_record


def test_another_length_of_the_same_track_is_no_record_for_it() -> None:
    short = replace(BY_ID["run-1"], length_m=1_900.0)
    assert session_row(short, (short, BY_ID["run-3"])).is_record


@pytest.mark.parametrize(
    "unknown",
    [
        replace(BY_ID["run-1"], track=""),
        replace(BY_ID["run-1"], length_m=None),
        replace(BY_ID["run-1"], best_lap_s=None),
    ],
    ids=["track", "length", "time"],
)
def test_unknown_track_length_or_time_has_no_record(unknown: SessionSummary) -> None:
    row = session_row(unknown, (unknown, BY_ID["run-3"]))
    assert row.to_record_s is None
    assert not row.is_record
