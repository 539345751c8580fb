from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis import geo

LATITUDES = (0.0, 31.0, 52.0, 69.0, -34.0)
OFFSETS_DEG = (-0.045, -0.01, 0.0, 0.02, 0.045)


def _by_rotation(
    lat_deg: float, lon_deg: float, lat0_deg: float, lon0_deg: float
) -> tuple[float, float]:
    """East and north by another way than the module: two plain rotations of the whole vector."""
    a, b = 6_378_137.0, 6_356_752.314245179

    def vector(lat: float, lon: float) -> np.ndarray:
        reduced = np.arctan2(b * np.sin(lat), a * np.cos(lat))
        return np.array(
            [
                a * np.cos(reduced) * np.cos(lon),
                a * np.cos(reduced) * np.sin(lon),
                b * np.sin(reduced),
            ]
        )

    lat0, lon0 = np.radians(lat0_deg), np.radians(lon0_deg)
    d = vector(np.radians(lat_deg), np.radians(lon_deg)) - vector(lat0, lon0)
    spin = np.array([[np.cos(lon0), np.sin(lon0), 0], [-np.sin(lon0), np.cos(lon0), 0], [0, 0, 1]])
    tilt = np.array([[np.cos(lat0), 0, np.sin(lat0)], [0, 1, 0], [-np.sin(lat0), 0, np.cos(lat0)]])
    _, east, north = tilt @ spin @ d
    return float(east), float(north)


@pytest.mark.parametrize("lat0", LATITUDES)
def test_plane_agrees_with_rotated_earth_centred_vectors(lat0: float) -> None:
    for d_lat in OFFSETS_DEG:
        for d_lon in OFFSETS_DEG:
            x, y = geo.to_local(lat0 + d_lat, 7.0 + d_lon, lat0, 7.0)
            east, north = _by_rotation(lat0 + d_lat, 7.0 + d_lon, lat0, 7.0)
            assert (float(x), float(y)) == pytest.approx((east, north), abs=1e-6)


@pytest.mark.parametrize("lat0", LATITUDES)
def test_round_trip_returns_the_same_degrees(lat0: float) -> None:
    lat, lon = np.meshgrid(lat0 + np.array(OFFSETS_DEG), 7.0 + np.array(OFFSETS_DEG))
    back_lat, back_lon = geo.to_geodetic(*geo.to_local(lat, lon, lat0, 7.0), lat0, 7.0)
    np.testing.assert_allclose(back_lat, lat, atol=1e-9, rtol=0)
    np.testing.assert_allclose(back_lon, lon, atol=1e-9, rtol=0)


def test_plane_is_continuous_across_the_antimeridian() -> None:
    lon = np.array([179.999, -179.999])
    x, _ = geo.to_local(np.zeros(2), lon, 0.0, 180.0)
    assert x[1] - x[0] == pytest.approx(0.002 * np.pi / 180 * 6_378_137, abs=1e-3)
    _, back = geo.to_geodetic(x, np.zeros(2), 0.0, 180.0)
    np.testing.assert_allclose(back, lon, atol=1e-9)


def test_median_origin_of_fixes_on_both_sides_of_the_antimeridian_lies_between() -> None:
    origin = geo.median_origin(np.array([1.0, 1.0, 1.0]), np.array([179.9, -179.9, -179.8]))
    assert origin is not None
    assert origin[1] == pytest.approx(-179.9)


def test_median_origin_is_none_without_a_fix() -> None:
    assert geo.median_origin(np.full(3, np.nan), np.full(3, np.nan)) is None


def test_missing_fix_stays_missing() -> None:
    x, y = geo.to_local(np.array([np.nan, 50.0]), np.array([8.0, 8.0]), 50.0, 8.0)
    assert np.isnan(x[0])
    assert np.isnan(y[0])
    assert (x[1], y[1]) == (pytest.approx(0.0, abs=1e-9), pytest.approx(0.0, abs=1e-9))


def test_east_and_north_are_positive_to_the_right_and_up() -> None:
    x, y = geo.to_local(50.001, 8.001, 50.0, 8.0)
    assert x > 0
    assert y > 0


def test_unwrapped_angles_are_numpys() -> None:
    turning = np.cumsum(np.random.default_rng(5).normal(0.0, 0.8, 2_000))
    wrapped = geo.wrap_radians(turning)
    assert geo.unwrapped(wrapped) == pytest.approx(np.unwrap(wrapped), abs=1e-9)
    assert np.array_equal(geo.unwrapped(turning), turning)
