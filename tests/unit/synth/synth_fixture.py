"""Sessions shared by the tests of the generator; generated once per parameters."""

from __future__ import annotations

from functools import cache

from apexlab_desktop.synth import EXACT_DRIVER, TRACKS, Noise, SyntheticSession, generate

CLOSED_TRACKS = tuple(name for name in TRACKS if name != "hill-climb")
BOTH_WAYS = [(name, reverse) for name in TRACKS for reverse in (False, True)]


@cache
def short_session(track: str, *, reverse: bool = False) -> SyntheticSession:
    """Return two exact laps (one run on an open track) by a human driver."""
    laps = 2 if track in CLOSED_TRACKS else None
    return generate(track=track, laps=laps, noise="none", seed=5, reverse=reverse)


@cache
def exact_driver_session(track: str) -> SyntheticSession:
    """Return three laps by a driver who is always at the limit."""
    return generate(track=track, laps=3, noise="none", driver=EXACT_DRIVER)


@cache
def noisy_session(noise: Noise) -> SyntheticSession:
    """Return 20 laps seen through a receiver of one's own."""
    return generate(track="club-short", laps=20, seed=11, noise=noise)
