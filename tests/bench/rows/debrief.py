"""A session analysed whole, after the file has been read: laps, corners, ideal laps, findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench.harness import Measured, in_turn, row
from tests.bench.rows.analysis import FEW, LONG_LAP_S, MANY, N_WHOLE, written_output

if TYPE_CHECKING:
    from pathlib import Path

    from apexlab_desktop.analysis.debrief import Debrief
    from apexlab_desktop.analysis.types import RawSession


@row(
    "analysis_debrief",
    ours="the same with corners and debrief",
    floor="writing the resampled output (12 channels at 0.7 m)",
    holds=12,
)
def analysis_debrief(_: Path) -> Measured:
    from tests.bench.drive import recorded_session

    raw = recorded_session(N_WHOLE, LONG_LAP_S)
    return in_turn(lambda: _whole(raw), written_output(_whole(raw).comparison.distance_m))


@row(
    "debrief_growth",
    ours="laps, corners and debrief of 40 laps",
    floor="the same of 10 laps",
    holds=4.4,
)
def debrief_growth(_: Path) -> Measured:
    from tests.bench.drive import recorded_session

    many, few = recorded_session(MANY), recorded_session(FEW)
    return in_turn(lambda: _whole(many), lambda: _whole(few))


def _whole(raw: RawSession) -> Debrief:
    from apexlab_desktop.analysis.debrief import debrief
    from apexlab_desktop.analysis.session import analyse
    from apexlab_desktop.analysis.session_corners import corners_of

    found = corners_of(analyse(raw))
    return debrief(
        found.comparison, found.corners, [one for passes in found.passes for one in passes]
    )
