"""What a notice is called, the same in window, report and command line."""

from __future__ import annotations

from dataclasses import dataclass

NO_BREAK_SPACE = "\u00a0"


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """How a notice code reads: its title, and what is counted; the reason comes with the notice."""

    title: str
    unit: str


_WORDS: dict[str, NoticeWords] = {
    "track_unsure": NoticeWords("Track not certain", "track"),
    "repeated_rows_dropped": NoticeWords("Repeated rows dropped", "row"),
    "rows_at_same_time_dropped": NoticeWords("Contradicting rows dropped", "row"),
    "ragged_rows_dropped": NoticeWords("Rows of another width dropped", "row"),
    "rows_without_time_dropped": NoticeWords("Rows without a time dropped", "row"),
    "rows_sorted_by_time": NoticeWords("Rows put in order of time", "row"),
    "interpolated_rows_set_aside": NoticeWords("Invented positions set aside", "row"),
    "cells_not_numbers": NoticeWords("Cells that are no numbers", "cell"),
    "clock_set_back": NoticeWords("Clock set back", "place"),
    "clock_jump_undone": NoticeWords("Jump of the clock undone", "place"),
    "clock_rolled_over": NoticeWords("Clock roll-over undone", "place"),
    "time_from_elapsed": NoticeWords("Times since the start used", "row"),
    "time_missing": NoticeWords("Rows without a time", "row"),
    "time_sorted": NoticeWords("Samples put in order of time", "sample"),
    "time_jitter_removed": NoticeWords("Jitter of the clock removed", "sample"),
    "duplicate_times": NoticeWords("Repeated instants dropped", "sample"),
    "ticks_missing": NoticeWords("Ticks missing", "tick"),
    "record_count_repaired": NoticeWords("Number of records repaired", "record"),
    "record_count_differs": NoticeWords("Number of records differs", "record"),
    "partial_record_dropped": NoticeWords("Record cut off at the end", "record"),
    "columns_kept_by_vendor_name": NoticeWords("Kept by the name in the file", "column"),
    "empty_columns": NoticeWords("Empty columns", "column"),
    "variable_not_kept": NoticeWords("Not kept", "variable"),
    "point_to_point": NoticeWords("Timed from launch to slow-down", "run"),
    "unit_not_known": NoticeWords("Unit not known", "channel"),
    "unit_assumed": NoticeWords("Unit assumed", "channel"),
    "convention_changed": NoticeWords("Sign or axis turned to ours", "channel"),
    "header_oddity": NoticeWords("Oddities of the header", "place"),
    "archive_entries_refused": NoticeWords("Entries of the archive refused", "entry"),
    "lap_boundaries_interpolated": NoticeWords("Ends of laps found between rows", "boundary"),
    "lap_boundaries_between_rows": NoticeWords(
        "Ends of laps in the middle of two rows", "boundary"
    ),
    "laps_without_channels": NoticeWords("Laps without recorded channels", "lap"),
    "outside_the_laps": NoticeWords("Driven outside the laps", "drive"),
    "laps_interrupted": NoticeWords("Laps interrupted", "lap"),
    "lap_numbers_repeat": NoticeWords("Laps numbered on", "lap"),
    "primary_gps_absent": NoticeWords("Another GPS device used", "device"),
    "gps_rate_differs_from_stated": NoticeWords("GPS rate is not as stated", "channel"),
    "fixes_of_low_accuracy": NoticeWords("Fixes of low accuracy", "fix"),
    "poor_fixes_kept": NoticeWords("Poor fixes kept", "fix"),
    "poor_fixes_dropped": NoticeWords("Poor fixes left out", "fix"),
    "no_fix": NoticeWords("No satellites", "sample"),
    "frozen_fixes": NoticeWords("Frozen positions left out", "sample"),
    "position_drift_removed": NoticeWords("Drift of the positions removed", "session"),
    "position_drift_kept": NoticeWords("Drift of the positions left in", "session"),
    "position_spikes": NoticeWords("Position spikes", "sample"),
    "speed_spikes": NoticeWords("Speed spikes removed", "sample"),
    "positions_missing": NoticeWords("Positions missing", "sample"),
    "dropouts_bridged": NoticeWords("Dropouts bridged by the sensors", "sample"),
    "accelerations_refined": NoticeWords("Accelerations from several sensors", "sample"),
    "samples_thinned": NoticeWords("Samples too close left out", "sample"),
    "gaps_filled": NoticeWords("Gaps bridged", "sample"),
    "speed_derived": NoticeWords("Speed from positions", "sample"),
    "course_derived": NoticeWords("Course from positions", "sample"),
    "speed_unit_contradicts_positions": NoticeWords("Speed contradicts the positions", "sample"),
    "channel_contradicts_motion": NoticeWords("Contradicts the motion", "sample"),
    "sign_flipped": NoticeWords("Sign turned", "sample"),
    "sign_not_checked": NoticeWords("Sign not proven", "channel"),
    "values_outside_plausible_range": NoticeWords("Outside the plausible range", "sample"),
    "no_position": NoticeWords("No position in this file", "session"),
    "no_motion": NoticeWords("No motion in this file", "session"),
    "too_few_samples": NoticeWords("Too few samples", "session"),
    "no_circuit": NoticeWords("No circuit found", "session"),
    "line_never_crossed": NoticeWords("Start line never crossed", "line"),
    "lap_times_stated": NoticeWords("Lap times as the file states them", "lap"),
    "lap_times_uncertain": NoticeWords("Lap times uncertain at the line", "lap"),
    "grid_coarsened": NoticeWords("Very long lap compared more coarsely", "comparison"),
    "places_by_odometer": NoticeWords("Places by distance driven", "comparison"),
    "registration_applied": NoticeWords("Positions of two sessions aligned", "session"),
    "channels_aligned": NoticeWords("Late sensors moved in time", "device"),
    "registration_off": NoticeWords("Positions of two sessions as recorded", "session"),
    "registration_not_applied": NoticeWords("Positions of two sessions not aligned", "session"),
}

_MANY = {"boundary": "boundaries", "entry": "entries", "fix": "fixes"}
_UNITS = ("row", "column", "lap", "channel", "sample", "line")


def is_known(code: str) -> bool:
    """Return whether a notice code has words of its own."""
    return code in _WORDS


def title_of(code: str) -> str:
    """Return the title of a notice; a code without words reads as its own."""
    if code in _WORDS:
        return _WORDS[code].title
    words = code.replace("_", " ").replace("gps", "GPS")
    return words[:1].upper() + words[1:]


def count_of(code: str, count: int) -> str:
    """Return how many of what, e.g. `212 rows`, the number glued to its word."""
    unit = _WORDS[code].unit if code in _WORDS else _guessed_unit(code)
    many = _MANY.get(unit, f"{unit}s")
    return f"{count:,}{NO_BREAK_SPACE}{unit if count == 1 else many}"


def _guessed_unit(code: str) -> str:
    parts = code.split("_")
    return next((unit for unit in _UNITS if unit in parts or f"{unit}s" in parts), "place")
