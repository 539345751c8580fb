"""The epochs of a receiver, as far as rows that are fixes for sure tell them.

A receiver works on a grid of epochs, but only locally: its clock drifts against the one that
stamps, the stamps jitter by a millisecond or two, and the grid begins anew after a pause or when
the clock is set. So the grid is a chain from one sure fix to the next: a link holds where their
distance is a whole number of periods, and a broken link says that the grid starts again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.order_statistics import median
from apexlab_desktop.analysis.types import BoolArray, FloatArray, IntArray

CANDIDATE_RATES_HZ = (
    1.0,
    2.0,
    4.0,
    5.0,
    8.0,
    10.0,
    12.5,
    16.0,
    18.0,
    20.0,
    25.0,
    30.0,
    40.0,
    50.0,
    100.0,
)
MIN_BREAKS = 8
"""With fewer pieces of evidence a stated rate is believed as it is."""
_LINKED_SHARE = 0.95
"""Share of links that must hold before a rate is taken from the evidence alone."""
_CLOCK_STEPS = 2
_MOSTLY_LINKED_SHARE, _HALF_LINKED_SHARE = 0.8, 0.5
_SCARCE_SHARE = 0.2
_MIN_HIT_SHARE = 0.5
"""Share of the epochs at which evidence must be seen, or the grid is an accident of rounding."""
_STAMP_US = 1_100.0
"""The distance of two stamps of whole milliseconds is off by one, and a little."""
STAMP_SIGMA_US = 350.0
"""Scatter that rounded stamps alone give to the time of an epoch."""
_COARSE_STAMP_US, _COARSE_SHARE = 10_000, 0.95
_STEPS_SAMPLE = 2_000
_MOST_SLACK_US = 20_000.0
_JITTER_SIGMAS = 4.0
_CLOCK_WANDER = 2e-5
"""How far two clocks go apart between two pieces of evidence, beyond their mean drift."""
_LONGEST_LINK_US = 600e6
_SNAP_SHARE = 0.03
_SURE_BREAKS = 40
"""Evidence that all lies on a slower grid than stated: a chance below 2 to the minus this."""
_MOST_CHANCE = 0.4
_RUN_OF_EVIDENCE, _RUNS_OF_EVIDENCE = 200, 8
"""Runs of neighbouring evidence, spread over the session, that are enough to rule out a rate."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Chain:
    """Sure fixes and the links between them.

    Attributes
    ----------
    rate_hz : float
        Nominal rate of the receiver [Hz].
    period_us : float
        Its period as the stamping clock sees it [us].
    jitter_us : float
        Scatter of the stamps about the epochs beyond their rounding, one sigma [us].
    evidence_us : ndarray of int64, shape (n,)
        Times of the sure fixes [us].
    epochs : ndarray of int64, shape (n - 1,)
        Periods between neighbours.
    is_linked : ndarray of bool, shape (n - 1,)
        Whether both neighbours lie on one grid.
    stamp_us, tolerance_us : float
        How far the distance of two stamps is rounded, and how far it may miss whole periods [us].
    """

    rate_hz: float
    period_us: float
    jitter_us: float
    evidence_us: IntArray
    epochs: IntArray
    is_linked: BoolArray
    stamp_us: float
    tolerance_us: float

    @property
    def linked_share(self) -> float:
        """Share of the links that hold, 1 without any."""
        return float(self.is_linked.mean()) if self.is_linked.size else 1.0

    @property
    def holds(self) -> bool:
        """Whether all links hold but those that a clock step or two explain."""
        n_broken = int(np.count_nonzero(~self.is_linked))
        if n_broken <= _CLOCK_STEPS and self.is_linked.size >= _CLOCK_STEPS * MIN_BREAKS:
            return True
        return self.linked_share >= _LINKED_SHARE

    @property
    def hit_share(self) -> float:
        """Share of the epochs between close neighbours at which there is evidence."""
        near = self.epochs[self.is_linked & (self.epochs <= max(1, round(2.0 * self.rate_hz)))]
        return float(near.size / max(1, int(near.sum())))

    @property
    def is_supported(self) -> bool:
        """Whether the evidence alone shows this grid."""
        chance = 2.0 * self.tolerance_us / self.period_us
        return self.holds and (chance < _MOST_CHANCE or self.hit_share >= _MIN_HIT_SHARE)


def nominal_rate_hz(declared_rate_hz: float | None) -> float | None:
    """Return the usual receiver rate within 3 % of a measured one, else the measured rate [Hz]."""
    if declared_rate_hz is None or not declared_rate_hz > 0.0:
        return None
    nearest = min(CANDIDATE_RATES_HZ, key=lambda rate_hz: abs(rate_hz - declared_rate_hz))
    return nearest if abs(nearest - declared_rate_hz) <= _SNAP_SHARE * nearest else declared_rate_hz


def median_rate_hz(time_us: IntArray) -> float | None:
    """Return the rate of the usual step, snapped to a usual rate; None without a step [Hz]."""
    steps_us = np.diff(time_us)
    steps_us = steps_us[steps_us > 0]
    if steps_us.size == 0:
        return None
    return nominal_rate_hz(1e6 / median(steps_us))


def chain_at(evidence_us: IntArray, rate_hz: float) -> Chain:
    """Return the chain of sure fixes of a receiver of about `rate_hz`.

    Parameters
    ----------
    evidence_us : ndarray of int64, shape (n,)
        Increasing times [us].
    rate_hz : float
        Nominal rate; the period is measured within 3 % of it [Hz].
    """
    step_us = np.diff(evidence_us).astype(np.float64)
    nominal_us = 1e6 / rate_hz
    stamp_us = _stamp_us(step_us, nominal_us)
    slack_us = min(nominal_us / 4.0, _MOST_SLACK_US)
    period_us = _measured_period_us(step_us, nominal_us, max(stamp_us, slack_us))
    epochs, error_us = _epochs(step_us, period_us)
    jitter_us = _jitter_us(error_us[epochs >= 1.0])
    tolerance_us = stamp_us + _JITTER_SIGMAS * math.sqrt(2.0) * jitter_us
    tolerance_us = max(min(tolerance_us, slack_us), min(stamp_us, nominal_us / 2.5))
    is_linked = _is_linked(step_us, epochs, error_us, tolerance_us)
    if is_linked.any():
        # Once more without the steps of clocks and the bends that are no fixes.
        period_us = float(step_us[is_linked].sum() / epochs[is_linked].sum())
        epochs, error_us = _epochs(step_us, period_us)
        is_linked = _is_linked(step_us, epochs, error_us, tolerance_us)
    if abs(period_us - nominal_us) > _SNAP_SHARE * nominal_us:
        # All steps miss the periods alike: the rate is another.
        is_linked[:] = False
    return Chain(
        rate_hz=rate_hz,
        period_us=period_us,
        jitter_us=jitter_us,
        evidence_us=evidence_us,
        epochs=epochs.astype(np.int64),
        is_linked=is_linked,
        stamp_us=stamp_us,
        tolerance_us=tolerance_us,
    )


def _epochs(step_us: FloatArray, period_us: float) -> tuple[FloatArray, FloatArray]:
    """Return whole numbers of periods, and by how much the steps miss them [us]."""
    epochs = np.rint(step_us / period_us)
    return epochs, step_us - epochs * period_us


def _is_linked(
    step_us: FloatArray, epochs: FloatArray, error_us: FloatArray, tolerance_us: float
) -> BoolArray:
    is_linked = np.abs(error_us) <= tolerance_us + _CLOCK_WANDER * step_us
    is_linked &= (epochs >= 1.0) & (step_us <= _LONGEST_LINK_US)
    return is_linked


def _stamp_us(step_us: FloatArray, period_us: float) -> float:
    some_us = step_us[:: max(1, step_us.size // _STEPS_SAMPLE)]
    coarse = some_us.size > 0 and float(np.mean(some_us % _COARSE_STAMP_US == 0.0)) > _COARSE_SHARE
    is_whole = math.isclose(period_us % _COARSE_STAMP_US, 0.0, abs_tol=1.0)
    return _STAMP_US + (_COARSE_STAMP_US if coarse and not is_whole else 0.0)


def _jitter_us(error_us: FloatArray) -> float:
    if error_us.size < MIN_BREAKS:
        return 0.0
    # About the median: where all steps miss the periods alike, the rate is another.
    spread_us = np.abs(error_us - np.median(error_us))
    sigma_us = 1.4826 * median(spread_us) / math.sqrt(2.0)
    return math.sqrt(max(0.0, sigma_us**2 - STAMP_SIGMA_US**2))


def _measured_period_us(step_us: FloatArray, nominal_us: float, slack_us: float) -> float:
    """Return the period by which the steps are whole multiples, from short steps to long ones."""
    period_us = nominal_us
    reach, longest = 1, float(step_us.max(initial=0.0))
    while True:
        near = step_us[step_us < (reach + 0.5) * period_us]
        epochs = np.rint(near / period_us)
        near, epochs = near[epochs >= 1.0], epochs[epochs >= 1.0]
        if near.size >= 3:
            ratio_us = near / epochs
            middle_us = median(ratio_us)
            agrees = np.abs(near - epochs * middle_us) <= slack_us
            if agrees.any():
                found_us = float(near[agrees].sum() / epochs[agrees].sum())
                if abs(found_us - nominal_us) <= _SNAP_SHARE * nominal_us:
                    period_us = found_us
        if reach * period_us > longest:
            return period_us
        reach *= 8


def find_chain(evidence_us: IntArray, declared_rate_hz: float | None) -> Chain | None:
    """Return the chain at the stated rate, unless the evidence shows another; None for neither.

    Parameters
    ----------
    evidence_us : ndarray of int64, shape (n,)
        Increasing times of sure fixes [us].
    declared_rate_hz : float or None
        Rate that the file states [Hz].
    """
    stated_hz = nominal_rate_hz(declared_rate_hz)
    if stated_hz is None:
        return _slowest_chain(evidence_us) if evidence_us.size >= MIN_BREAKS else None
    stated = chain_at(evidence_us, stated_hz)
    if evidence_us.size < MIN_BREAKS:
        return stated
    if stated.holds:
        return _slower_chain(evidence_us, stated_hz) or stated
    other = _slowest_chain(evidence_us)
    return other if other is not None and other.hit_share >= _MIN_HIT_SHARE else None


def stated_chain(
    evidence_us: IntArray, declared_rate_hz: float | None, duration_us: float
) -> Chain | None:
    """Return the chain at the stated rate where the evidence does not speak against it.

    Clock steps and bends that are none break links: most must hold, or half of them where there is
    less evidence than links. Evidence at few of the stated epochs cannot give the fixes by itself:
    then the stated rate is all there is.

    Parameters
    ----------
    evidence_us : ndarray of int64, shape (n,)
        Increasing times of sure fixes [us].
    declared_rate_hz : float or None
    duration_us : float
        Of the recording [us].
    """
    stated_hz = nominal_rate_hz(declared_rate_hz)
    if stated_hz is None:
        return None
    stated = chain_at(evidence_us, stated_hz)
    if evidence_us.size * stated.period_us < _SCARCE_SHARE * duration_us:
        return stated
    least = _MOSTLY_LINKED_SHARE if stated.hit_share >= _MIN_HIT_SHARE else _HALF_LINKED_SHARE
    return stated if stated.linked_share >= least else None


def _slower_chain(evidence_us: IntArray, stated_hz: float) -> Chain | None:
    """Return a slower grid that holds all the evidence of a receiver stated as faster."""
    if evidence_us.size < _SURE_BREAKS:
        return None
    slower = [
        rate_hz
        for rate_hz in CANDIDATE_RATES_HZ
        if rate_hz < 0.9 * stated_hz
        and math.isclose(stated_hz / rate_hz, round(stated_hz / rate_hz), rel_tol=0.01)
    ]
    found = _first_supported(evidence_us, slower)
    return found if found is not None and found.hit_share >= _MIN_HIT_SHARE else None


def _slowest_chain(evidence_us: IntArray) -> Chain | None:
    """Return the slowest grid that holds the evidence: a faster multiple would hold it as well."""
    usual_hz = median_rate_hz(evidence_us)
    candidates = list(CANDIDATE_RATES_HZ)
    if usual_hz is not None and usual_hz not in candidates:
        candidates.append(usual_hz)
    return _first_supported(evidence_us, candidates)


def _first_supported(evidence_us: IntArray, rates_hz: list[float]) -> Chain | None:
    sample_us = _sample(evidence_us)
    for rate_hz in rates_hz:
        if chain_at(sample_us, rate_hz).holds:
            found = chain_at(evidence_us, rate_hz)
            if found.is_supported:
                return found
    return None


def _sample(evidence_us: IntArray) -> IntArray:
    """Return runs of neighbours: every n-th piece alone would lie on a slower grid."""
    n_runs = evidence_us.size // _RUN_OF_EVIDENCE
    if n_runs <= _RUNS_OF_EVIDENCE:
        return evidence_us
    runs = evidence_us[: n_runs * _RUN_OF_EVIDENCE].reshape(n_runs, _RUN_OF_EVIDENCE)
    return runs[:: n_runs // _RUNS_OF_EVIDENCE].reshape(-1)
