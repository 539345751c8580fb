"""The Compare page: legend, plots over distance, map, and what had to be left out."""

from __future__ import annotations

from apexlab_desktop.analysis.types import Comparison, Lap
from apexlab_desktop.formatting import lap_time, signed
from apexlab_desktop.report.measures import Measures
from apexlab_desktop.report.page_model import ComparePage, LegendLap
from apexlab_desktop.report.palette import N_LAP_SLOTS
from apexlab_desktop.report.plots import comparison_plots
from apexlab_desktop.report.track_map import track_map
from apexlab_desktop.report.words import lap_label

_EXPECTED_PLOTS = ("Speed", "Lateral", "Longitudinal")


def lap_slots(comparison: Comparison | None) -> dict[Lap, int]:
    """Return the colour slot of each coloured lap: 0 the reference, the others in order."""
    if comparison is None:
        return {}
    pairs = zip(comparison.laps, slots_of(comparison), strict=True)
    return {compared.lap: slot for compared, slot in pairs if slot is not None}


def slots_of(comparison: Comparison) -> tuple[int | None, ...]:
    """Return a colour slot per compared lap; None (grey) beyond the six slots."""
    others = iter(range(1, N_LAP_SLOTS))
    return tuple(
        0 if index == comparison.reference_index else next(others, None)
        for index in range(len(comparison.laps))
    )


def comparison_page(comparison: Comparison, measures: Measures) -> ComparePage:
    """Return the page of a comparison with at least one lap."""
    slots = slots_of(comparison)
    plots = comparison_plots(comparison, slots, measures)
    drawn_map = track_map(comparison, measures)
    titles = {plot.title for plot in plots}
    left_out = [
        f"{title}: no values in these laps" for title in _EXPECTED_PLOTS if title not in titles
    ]
    if len(comparison.laps) < 2:
        left_out.append("Time delta: needs a second lap")
    return ComparePage(
        subtitle=_subtitle(comparison, measures),
        laps=_legend(comparison, slots),
        plots=plots,
        track_map=drawn_map,
        map_absence="" if drawn_map else "The map needs positions: GPS, or coordinates of a sim.",
        left_out=tuple(left_out),
    )


def _subtitle(comparison: Comparison, measures: Measures) -> str:
    grid = comparison.distance_m
    length = measures.length(float(grid[-1]) if grid.size else None)
    if comparison.line is None:
        return f"{length} per lap; distance from speed, because the laps have no position"
    return f"{length} per lap; laps at the same places of one reference line"


def _legend(comparison: Comparison, slots: tuple[int | None, ...]) -> tuple[LegendLap, ...]:
    laps = (
        LegendLap(
            slot=slot,
            label=lap_label(compared.label),
            time=lap_time(compared.lap.lap_time_s),
            gap="reference" if slot == 0 else signed(compared.gap_s, 3),
        )
        for compared, slot in zip(comparison.laps, slots, strict=True)
    )
    return tuple(sorted(laps, key=lambda lap: N_LAP_SLOTS if lap.slot is None else lap.slot))
