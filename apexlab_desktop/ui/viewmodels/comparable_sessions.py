"""Comparing laps of several sessions when not all of them were driven on one layout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apexlab_desktop.app.records import LapRef
from apexlab_desktop.errors import AnalysisError
from apexlab_desktop.ui.messages import error_line

if TYPE_CHECKING:
    from apexlab_desktop.analysis.types import Comparison
    from apexlab_desktop.ui.use_cases import UseCases


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Compared:
    """What could be compared, and why the rest could not.

    Attributes
    ----------
    comparison : Comparison
    refs : tuple of LapRef
        Its laps in their order, the reference first.
    refused : mapping of str to str
        Session id to the reason why none of its laps is in the comparison.
    """

    comparison: Comparison
    refs: tuple[LapRef, ...]
    refused: Mapping[str, str]


class Verdicts:
    """What is known of which sessions go together."""

    def __init__(self) -> None:
        self._reasons: dict[frozenset[str], str] = {}

    def of(self, session_id: str, other_id: str) -> str | None:
        """Return why two sessions do not go together, empty when they do; None if not known.

        Laps of one session do: they were split at the same line.
        """
        if session_id == other_id:
            return ""
        return self._reasons.get(frozenset((session_id, other_id)))

    def learn(self, compared: Compared, session_ids: Iterable[str]) -> bool:
        """Take in how the sessions of a comparison went with its reference; tell if that is new."""
        home, before = compared.refs[0].session_id, dict(self._reasons)
        for session_id in set(session_ids) - {home}:
            pair = frozenset((session_id, home))
            self._reasons[pair] = compared.refused.get(session_id, "")
        return self._reasons != before

    def forget(self) -> None:
        """Know nothing: the laps are others."""
        self._reasons.clear()


def compare_what_can_be(
    use_cases: UseCases, refs: Sequence[LapRef], *, is_registered: bool = True
) -> Compared:
    """Compare laps with the first of them, without the sessions that do not go with it.

    Raises
    ------
    AnalysisError
        If the laps of the first lap's own session cannot be compared.
    """
    home = refs[0].session_id
    others = list(dict.fromkeys(ref.session_id for ref in refs if ref.session_id != home))
    try:
        whole = use_cases.compare(refs, 0, is_registered=is_registered)
        return Compared(comparison=whole, refs=tuple(refs), refused={})
    except AnalysisError:
        if not others:
            raise
    refused = {}
    for session_id in others:
        reason = _refusal(use_cases, refs[0], [r for r in refs if r.session_id == session_id])
        if reason:
            refused[session_id] = reason
    kept = [ref for ref in refs if ref.session_id not in refused]
    comparison = use_cases.compare(kept, 0, is_registered=is_registered)
    return Compared(comparison=comparison, refs=tuple(kept), refused=refused)


def _refusal(use_cases: UseCases, reference: LapRef, laps: Sequence[LapRef]) -> str:
    """Return why laps do not go with the reference; empty when they do."""
    try:
        use_cases.compare([reference, *laps], 0)
    except AnalysisError as error:
        return error.advice or error_line(error)
    return ""
