"""What a writer writes its importer reads, within what the format quantises."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from apexlab_desktop.analysis.types import DeclaredLap, RawSession, StoredArray
from apexlab_desktop.importers import registry
from apexlab_desktop.synth import SyntheticSession, generate, write
from apexlab_desktop.synth.centreline import FloatArray
from tests.unit.synth.synth_fixture import short_session

FLOAT32 = 2.0**-23


def read_back(session: SyntheticSession, fmt: str, folder: Path) -> RawSession:
    path = folder / "session.out"
    write(session, path, fmt)
    return registry.load(path)


def channel(raw: RawSession, name: str) -> StoredArray:
    found = raw.groups[0].find(name)
    assert found is not None, name
    return found.values


@pytest.fixture(scope="module", params=["club-short", "hill-eight", "kart-bowl"])
def session(request: pytest.FixtureRequest) -> SyntheticSession:
    return short_session(str(request.param))


@pytest.fixture(scope="module")
def raw(session: SyntheticSession, tmp_path_factory: pytest.TempPathFactory) -> RawSession:
    return read_back(session, "ibt", tmp_path_factory.mktemp("ibt"))


class TestIRacing:
    @pytest.mark.parametrize(
        ("name", "atol"),
        [
            ("lat_deg", 6e-8),
            ("lon_deg", 6e-8),
            ("altitude_m", 1e-4),
            ("speed_mps", 1e-4),
            ("throttle_ratio", 1e-5),
            ("brake_ratio", 1e-5),
            ("engine_speed_rpm", 0.01),
            ("steering_angle_rad", 1e-5),
            ("yaw_rate_radps", 1e-5),
        ],
    )
    def test_a_channel_is_the_truth_at_the_ticks(
        self, session: SyntheticSession, raw: RawSession, name: str, atol: float
    ) -> None:
        truth = session.truth
        at = np.arange(raw.n_samples) / 60.0
        true: FloatArray = np.interp(at, truth.time_s, getattr(truth, name))
        np.testing.assert_allclose(channel(raw, name), true, rtol=2 * FLOAT32, atol=atol)

    def test_heading_and_body_acceleration_keep_their_signs(
        self, session: SyntheticSession, raw: RawSession
    ) -> None:
        truth = session.truth
        at = np.arange(raw.n_samples) / 60.0
        heading = channel(raw, "heading_rad").astype(np.float64)
        true = np.interp(at, truth.time_s, truth.heading_rad)
        off = (heading - true + np.pi) % (2 * np.pi) - np.pi
        assert np.max(np.abs(off)) < 1e-5
        # Banking and slope add gravity: the sign and most of the size stay.
        lateral = np.interp(at, truth.time_s, truth.accel_lat_mps2)
        assert np.corrcoef(channel(raw, "accel_lat_mps2"), lateral)[0, 1] > 0.99

    def test_laps_are_the_true_ones(self, session: SyntheticSession, raw: RawSession) -> None:
        laps = raw.laps_declared
        assert [lap.number for lap in laps] == [lap.number for lap in session.truth.laps]
        timed = [lap for lap in laps if lap.is_complete]
        true_s = [lap.lap_time_s for lap in session.truth.laps if lap.kind == "timed"]
        assert [lap.lap_time_s for lap in timed] == pytest.approx(true_s, abs=1e-4)
        np.testing.assert_allclose(starts_s(timed), session.truth.crossings_s[:-1], atol=2e-3)


def starts_s(laps: list[DeclaredLap]) -> FloatArray:
    return np.array([lap.start_us * 1e-6 for lap in laps])


@pytest.mark.parametrize("rate_hz", [1.0, 5.0, 10.0, 16.0, 20.0, 25.0])
def test_every_receiver_rate_comes_back_from_racechrono(rate_hz: float, tmp_path: Path) -> None:
    session = generate("kart-bowl", 1, rate_hz, seed=8, noise="good")
    raw = read_back(session, "racechrono", tmp_path)
    group, gps = raw.groups[0], session.gps
    assert group.rate_hz == rate_hz
    np.testing.assert_allclose(group.time_s, gps.time_s, atol=6e-4)
    for name in ("lat_deg", "lon_deg"):
        np.testing.assert_allclose(channel(raw, name), getattr(gps, name), atol=6e-8)
    # At 16 Hz a fix may share its millisecond with a row half of one later, which is kept.
    atol = 2e-5 if 1000 % rate_hz == 0 else 6e-3
    np.testing.assert_allclose(channel(raw, "speed_mps"), gps.speed_mps, atol=atol)


def test_a_body_of_its_own_reaches_the_file(tmp_path: Path) -> None:
    session = generate("club-short", 1, seed=2, noise="none", single_track=True)
    raw = read_back(session, "ibt", tmp_path)
    at = np.arange(raw.n_samples) / 60.0
    slip = np.interp(at, session.truth.time_s, session.truth.slip_rad)
    sideways = channel(raw, "VelocityY")
    np.testing.assert_allclose(sideways, channel(raw, "speed_mps") * np.sin(slip), atol=1e-4)
    assert np.max(np.abs(sideways)) > 0.3
