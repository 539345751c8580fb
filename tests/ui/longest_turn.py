"""How long the event loop did not come round."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer

TICK_MS = 2
CALIBRATION_S = 0.1


def busyness() -> float:
    """Return how much longer than its CPU time a plain loop takes: 1 on a machine with room."""
    began, cpu_began = time.perf_counter(), time.process_time()
    while time.process_time() - cpu_began < CALIBRATION_S:
        pass
    return max(1.0, (time.perf_counter() - began) / CALIBRATION_S)


class LongestTurn:
    """Measures from its making until `stop`."""

    def __init__(self) -> None:
        self._longest_s = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer(interval=TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def stop(self) -> float:
        """End measuring; return the longest turn [s]."""
        self._timer.stop()
        self._tick()
        return self._longest_s

    def _tick(self) -> None:
        now = time.perf_counter()
        self._longest_s = max(self._longest_s, now - self._last)
        self._last = now
