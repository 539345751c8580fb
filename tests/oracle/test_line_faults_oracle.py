"""Missed apexes, locked wheels and lifts: the corner, the cause and the price."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis.findings import find
from apexlab_desktop.analysis.segments_timing import clean_laps
from apexlab_desktop.analysis.session import analyse
from apexlab_desktop.analysis.session_corners import corners_of
from apexlab_desktop.synth import Fault, FaultKind
from apexlab_desktop.synth.session import generate
from tests.oracle.synth_raw import raw_session, true_start_line
from tests.oracle.test_findings_oracle import matched

BAD = (1, 2, 6, 7)
CASES = [
    ("club-short", FaultKind.MISSED_APEX, 5, 3.0, "wide"),
    ("club-long", FaultKind.LOCK_UP, 4, 2.5, "wide"),
    ("hill-eight", FaultKind.LIFT, 3, 4.0, "lift"),
]


@pytest.mark.parametrize(("track", "kind", "corner", "amount", "cause"), CASES)
def test_faults_of_line_and_throttle_are_found_and_priced(
    track: str, kind: FaultKind, corner: int, amount: float, cause: str
) -> None:
    fault = Fault(kind, corner, amount, BAD)
    session = generate(track, 8, 25.0, 4, "good", faults=[fault])
    found = corners_of(analyse(raw_session(session), start_line=true_start_line(session)))
    length_m = float(found.comparison.distance_m[-1])
    first = find(clean_laps(found.comparison), found.comparison.distance_m, found.corners).findings[
        0
    ]
    true_s = float(np.mean(session.truth.faults[0].cost_s))
    assert first.corner_id == matched(session, found.corners, length_m)[corner]
    assert (first.kind.value, first.laps) == (cause, BAD)
    assert first.time_cost_s == pytest.approx(true_s, abs=max(0.25 * true_s, 0.05))
