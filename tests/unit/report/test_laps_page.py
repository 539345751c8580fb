from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.analysis.types import DataQuality, Notice, Severity
from apexlab_desktop.formatting import DASH
from apexlab_desktop.report.comparison_page import lap_slots
from apexlab_desktop.report.laps_page import laps_page, top_speed_mps
from apexlab_desktop.report.page_model import LapsPage, Tile, Tone
from apexlab_desktop.report.report_input import ReportInput
from apexlab_desktop.units import UnitSystem
from tests.unit.report.report_fixture import (
    OUTSIDE_LAPS_MPS,
    SHA256,
    comparison,
    lap,
    named,
    report,
    session,
    trajectory,
)


def page(given: ReportInput) -> LapsPage:
    return laps_page(given, lap_slots(given.comparison))


def tile(given: ReportInput, label: str) -> Tile:
    return next(one for one in page(given).tiles if one.label == label)


def laps_of(*times_s: float) -> ReportInput:
    laps = tuple(lap(i + 1, 100.0 * (i + 1), time) for i, time in enumerate(times_s))
    best = min(laps, key=lambda one: one.lap_time_s or np.inf)
    return report(session=session(laps=laps, best_lap=best), comparison=None)


def test_the_head_has_what_the_file_says() -> None:
    facts = {fact.label: fact.value for fact in page(report()).facts}
    assert facts == {
        "Date": "14 June 2026, 10:42 UTC",
        "Driver": "Anna",
        "Vehicle": "MX-5 ND",
        "Session": "Club track day, run 3",
        "File": "session_20260614_run3.csv",
        "Format": "racechrono-csv 3",
        "SHA-256": f"{SHA256[:12]}…",
    }


def test_what_the_file_does_not_say_is_left_out() -> None:
    given = report(session=named(session(), driver="", vehicle="\n"))
    assert {"Driver", "Vehicle"}.isdisjoint(fact.label for fact in page(given).facts)


def test_gaps_are_to_the_best_lap_with_a_true_minus() -> None:
    given = laps_of(61.25, 60.0, 60.1004)
    assert [row.gap for row in page(given).laps] == ["+1.250", "best", "+0.100"]
    # The best clean lap need not be the fastest.
    slower = replace(given.session, best_lap=given.session.laps[0])
    rows = page(replace(given, session=slower)).laps
    assert [row.gap for row in rows] == ["best", "\u22121.250", "\u22121.150"]


def test_only_the_three_largest_gaps_above_a_second_are_marked() -> None:
    rows = page(laps_of(60.0, 60.9, 61.1, 62.0, 63.0, 64.0)).laps
    assert [row.gap_tone for row in rows] == [
        Tone.BEST, Tone.PLAIN, Tone.PLAIN, Tone.SLOWER, Tone.SLOWER, Tone.SLOWER,
    ]  # fmt: skip


def test_without_a_best_lap_gaps_are_dashes() -> None:
    given = laps_of(60.0, 61.0)
    given = replace(given, session=replace(given.session, best_lap=None))
    assert {row.gap for row in page(given).laps} == {DASH}
    assert tile(given, "Best lap").value == DASH


def test_out_and_in_laps_have_no_time_and_say_why() -> None:
    first, *_timed, last = page(report()).laps
    assert (first.time, first.status) == (DASH, "out lap, not counted")
    assert last.status == "in lap, not counted: pit road, unusually slow"
    assert first.row_tone is Tone.MUTED


def test_compared_laps_carry_their_colour_into_the_table() -> None:
    slots = {row.number: row.slot for row in page(report()).laps if row.slot is not None}
    assert slots == {"5": 0, "7": 1, "8": 2}


def test_top_speed_is_the_highest_sample_within_the_lap_only() -> None:
    compared = comparison(2)
    driven = trajectory(compared)
    inside = compared.laps[0].lap
    assert top_speed_mps(driven, inside) == pytest.approx(
        float(compared.laps[0].channels["speed_mps"].max()), abs=0.05
    )
    outside = lap(9, inside.end_s + 1.0, 5.0)
    assert top_speed_mps(driven, outside) == OUTSIDE_LAPS_MPS


def test_top_speed_ignores_what_is_missing() -> None:
    compared = comparison(1)
    driven = trajectory(compared)
    gappy = replace(driven, speed_mps=np.where(driven.speed_mps > 40.0, np.nan, driven.speed_mps))
    top = top_speed_mps(gappy, compared.laps[0].lap)
    assert top is not None
    assert top <= 40.0
    assert top_speed_mps(None, compared.laps[0].lap) is None
    assert top_speed_mps(driven, lap(1, -50.0, 10.0)) is None


def test_tiles_answer_the_first_questions() -> None:
    given = report()
    values = {one.label: (one.value, one.detail) for one in page(given).tiles}
    assert page(given).lap_note.startswith("10 laps, 8 timed; split at the start line")
    assert values["Clean laps"] == ("8 of 8", "8 valid")
    assert values["Data quality"] == ("A", "91 of 100; signal class B")
    assert values["GPS rate"] == ("25\u00a0Hz", "position ±0.6\u00a0m one sigma")
    assert values["Lap length"] == ("3,012\u00a0m", "median of 8 valid laps")


def test_an_unknown_quality_is_a_dash_with_its_reason() -> None:
    quality = DataQuality(
        score=None, grade="none", signal_class="", reasons=("no_accuracy_p90_m", "brand_new")
    )
    given = report(session=session(quality=quality))
    assert tile(given, "Data quality") == Tile(
        label="Data quality", value=DASH, detail="no accuracy from the receiver; brand new"
    )


def test_a_session_without_position_says_that_distance_is_from_speed() -> None:
    driven = trajectory(comparison(8), has_position=False)
    given = report(session=session(trajectory=driven))
    assert tile(given, "Data rate").detail == "no position; distance from speed"


def test_a_sim_has_no_gps() -> None:
    made = session()
    given = report(session=replace(made, raw=replace(made.raw, is_sim=True)))
    assert tile(given, "Data rate").detail == "the sim's own position"


def test_a_session_without_laps_keeps_its_facts() -> None:
    given = report(session=session(laps=(), best_lap=None), comparison=None)
    assert page(given).laps == ()
    assert page(given).lap_note == ""
    assert tile(given, "Top speed").detail == "whole recording"
    assert tile(given, "Lap length").value == DASH


def test_a_file_without_any_speed_has_dashes_and_reasons() -> None:
    given = report(session=session(laps=(), best_lap=None, trajectory=None), comparison=None)
    assert tile(given, "Top speed") == Tile(
        label="Top speed", value=DASH, detail="no speed in the file"
    )
    assert tile(given, "Data rate").value == DASH


def test_imperial_units_reach_every_column() -> None:
    given = report(units=UnitSystem.IMPERIAL)
    row = page(given).laps[1]
    # 3012.4 m / 0.3048 m per foot.
    assert row.length == "9,883\u00a0ft"
    assert row.top_speed.endswith("\u00a0mph")


def test_the_receipt_is_worst_first_with_one_row_per_code() -> None:
    rows = page(report()).notices
    assert [row.severity_word for row in rows] == ["Lost", "Repaired", "Ignored", "Found"]
    assert rows[0].text == "GPS gap. Speed: no fix for 1.5 s."
    assert rows[3].text == "Start line found."
    assert (rows[0].place, rows[0].count) == ("13:32.4 to 13:33.9", "37")


def test_many_notices_of_a_code_are_summed_and_counted() -> None:
    many = tuple(
        Notice(
            code="value_out_of_range", severity=Severity.IGNORED, channel=f"probe {i}", count=10,
            first_s=float(i), last_s=float(i), detail="outside its range",
        )
        for i in range(5)
    )  # fmt: skip
    (row,) = page(report(session=session(notices=many))).notices
    assert row.count == "50"
    assert row.place == "0:00.0 to 0:04.0"
    assert row.text.endswith("And 2 more of this kind.")


def test_a_notice_without_words_is_named_by_its_code() -> None:
    silent = Notice(code="clock_jump", severity=Severity.REPAIRED)
    (row,) = page(report(session=session(notices=(silent,)))).notices
    assert row.text == "Clock jump."


def test_notices_of_the_comparison_are_in_the_receipt() -> None:
    notice = Notice(code="lap_shorter", severity=Severity.INFO, detail="lap 7 ends early")
    given = report(comparison=replace(comparison(3), notices=(notice,)))
    assert "Lap shorter. Lap 7 ends early." in [row.text for row in page(given).notices]


def test_long_texts_of_a_file_are_cut_aloud() -> None:
    given = report(session=named(session(), vehicle="W" * 9_999), file_name="f" * 9_999)
    facts = {fact.label: fact.value for fact in page(given).facts}
    assert len(facts["Vehicle"]) == 160
    assert facts["File"].endswith("…")
