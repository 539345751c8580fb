"""Degrees are the exact inverse of the tangent-plane projection."""

from __future__ import annotations

import math

import numpy as np
import pytest

from apexlab_desktop.synth.geodesy import TangentPlane

A, E2 = 6378137.0, 6.69437999014e-3


def _ecef(lat_deg: float, lon_deg: float) -> tuple[float, float, float]:
    lat, lon = math.radians(lat_deg), math.radians(lon_deg)
    n = A / math.sqrt(1 - E2 * math.sin(lat) ** 2)
    return (
        n * math.cos(lat) * math.cos(lon),
        n * math.cos(lat) * math.sin(lon),
        n * (1 - E2) * math.sin(lat),
    )


@pytest.mark.parametrize("lat0", [0.0, 31.0, 52.0, 69.0, -34.0])
@pytest.mark.parametrize("lon0", [6.0, 179.99, -179.99])
@pytest.mark.parametrize(("x", "y"), [(5000.0, 5000.0), (-3000.0, 4000.0), (0.0, 0.0)])
def test_degrees_project_back_to_the_place(lat0: float, lon0: float, x: float, y: float) -> None:
    lat, lon = TangentPlane(lat0, lon0).to_lat_lon(np.array([x]), np.array([y]))
    here, origin = _ecef(float(lat[0]), float(lon[0])), _ecef(lat0, lon0)
    d = [a - b for a, b in zip(here, origin, strict=True)]
    p, q = math.radians(lat0), math.radians(lon0)
    east = -math.sin(q) * d[0] + math.cos(q) * d[1]
    north = (
        -math.sin(p) * math.cos(q) * d[0] - math.sin(p) * math.sin(q) * d[1] + math.cos(p) * d[2]
    )
    assert east == pytest.approx(x, abs=1e-6)
    assert north == pytest.approx(y, abs=1e-6)
    assert -180.0 <= lon[0] < 180.0
