"""Invented findings for the window: what a debrief would say of the invented laps."""

from __future__ import annotations

from dataclasses import replace

from apexlab_desktop.analysis.findings import Confidence, Finding, Findings
from apexlab_desktop.analysis.findings_causes import Cause
from apexlab_desktop.analysis.findings_evidence import Phases
from apexlab_desktop.app.debriefing import SessionDebrief
from tests.ui.fake_library import FakeLibrary
from tests.ui.invented_corners import NAMES

NO_PHASES = Phases(approach_s=0.0, entry_s=0.0, exit_s=0.0, straight_s=0.0)
TEXT = (
    "Turn 2: carry more speed through the slowest part. On laps 7 and 9 you are 1.5\u00a0m/s "
    "slower at the slowest point than on lap 5. That costs 0.20\u00a0s each time."
)


def finding(rank: int, corner: int, per_lap_s: float) -> Finding:
    return Finding(
        rank=rank, corner_id=f"c{corner}", corner_number=str(corner),
        corner_name=NAMES[corner - 1], kind=Cause.MIN_SPEED, phases=NO_PHASES,
        time_cost_s=2.0 * per_lap_s, time_cost_low_s=per_lap_s, time_cost_high_s=3.0 * per_lap_s,
        cost_per_lap_s=per_lap_s, confidence=0.97, confidence_word=Confidence.HIGH,
        is_significant=True, from_m=400.0, to_m=560.0, laps=(7, 9), good_laps=(5,), evidence=(),
        text=TEXT.replace("Turn 2", f"Turn {corner}, {NAMES[corner - 1]}"),
    )  # fmt: skip


class LibraryWithFindings(FakeLibrary):
    findings: tuple[Finding, ...] = (finding(1, 2, 0.10), finding(2, 4, 0.07))
    reasons: tuple[str, ...] = ("Only two losses repeat.",)

    def judge(self, session_id: str) -> SessionDebrief:
        judged = super().judge(session_id)
        if judged.result is None:
            return judged
        found = Findings(findings=self.findings, reasons=self.reasons)
        return replace(judged, result=replace(judged.result, findings=found))


class LibraryWithThree(LibraryWithFindings):
    """As good a debrief as there can be."""

    findings = (
        finding(1, 2, 0.20), replace(finding(2, 4, 0.15), kind=Cause.BRAKE_EARLY),
        replace(finding(3, 1, 0.08), confidence_word=Confidence.MEDIUM, laps=(3, 7, 9, 10)),
    )  # fmt: skip
    reasons = ()
