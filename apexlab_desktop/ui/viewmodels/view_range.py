"""The visible stretch of an axis, and the way back to earlier ones."""

from __future__ import annotations

from collections.abc import Callable

Span = tuple[float, float]
_ROUNDING = 1e-12


class ViewRange:
    """Part of an axis that is shown, with undo and redo.

    Steps of one gesture (wheel clicks, a drag) count as one step of history until it is closed.

    Attributes
    ----------
    whole : (float, float)
        The axis from end to end.
    current : (float, float)
        What is shown.
    smallest : float
        The shortest stretch that can be shown.
    """

    def __init__(self) -> None:
        self.whole: Span = (0.0, 1.0)
        self.current: Span = (0.0, 1.0)
        self.smallest = 0.0
        self._past: list[Span] = []
        self._future: list[Span] = []
        self._gesture = ""

    @property
    def is_whole(self) -> bool:
        """Whether everything is shown."""
        return self.current == self.whole

    @property
    def is_moving(self) -> bool:
        """Whether a gesture is open."""
        return bool(self._gesture)

    @property
    def can_undo(self) -> bool:
        """Whether there is an earlier range."""
        return bool(self._past)

    @property
    def n_steps(self) -> int:
        """How many steps lead back from here."""
        return len(self._past)

    def reset(self, whole: Span, smallest: float) -> None:
        """Show a new axis from end to end, without history."""
        self.whole = self.current = whole
        self.smallest = min(smallest, whole[1] - whole[0])
        self._past, self._future, self._gesture = [], [], ""

    def show(self, low: float, high: float, gesture: str = "") -> bool:
        """Show a stretch, kept inside the axis; return whether anything changed."""
        span = self._fitted(min(low, high), max(low, high))
        if span == self.current:
            return False
        if not gesture or gesture != self._gesture:
            self._past.append(self.current)
        self._future.clear()
        self._gesture = gesture
        self.current = span
        return True

    def zoom(self, factor: float, centre: float, gesture: str = "") -> bool:
        """Scale the shown stretch by `factor` (below 1 = closer), `centre` staying in place."""
        low, high = self.current
        length = (high - low) * factor
        length = min(max(length, self.smallest), self.whole[1] - self.whole[0])
        share = (centre - low) / (high - low)
        new_low = centre - share * length
        return self.show(new_low, new_low + length, gesture)

    def pan(self, shift: float, gesture: str = "") -> bool:
        """Move the shown stretch without scaling it, up to the ends of the axis."""
        low, high = self.current
        shift = min(max(shift, self.whole[0] - low), self.whole[1] - high)
        return self.show(low + shift, high + shift, gesture)

    def undo(self) -> bool:
        """Go back to the range before."""
        return self._travel(self._past, self._future)

    def redo(self) -> bool:
        """Go forward again."""
        return self._travel(self._future, self._past)

    def close_gesture(self) -> None:
        """Let the next movement be a step of its own."""
        self._gesture = ""

    def convert(self, convert: Callable[[float], float], whole: Span, smallest: float) -> None:
        """Move everything, history included, to another axis."""

        def moved(span: Span) -> Span:
            return whole if span == old_whole else (convert(span[0]), convert(span[1]))

        old_whole = self.whole
        self._past = [moved(span) for span in self._past]
        self._future = [moved(span) for span in self._future]
        self.current = moved(self.current)
        self.whole = whole
        self.smallest = smallest
        self._gesture = ""

    def _travel(self, source: list[Span], target: list[Span]) -> bool:
        if not source:
            return False
        target.append(self.current)
        self.current = source.pop()
        self._gesture = ""
        return True

    def _fitted(self, low: float, high: float) -> Span:
        """Return the stretch widened to the smallest and moved inside the axis."""
        start, stop = self.whole
        length = min(max(high - low, self.smallest), stop - start)
        if length >= (stop - start) * (1.0 - _ROUNDING):
            return self.whole
        if high - low < length:
            low = (low + high - length) / 2.0
        low = min(max(low, start), stop - length)
        return low, low + length
