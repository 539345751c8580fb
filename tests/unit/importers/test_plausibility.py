"""What can be no place, and speeds that contradict the positions."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis.types import Channel, ChannelGroup, FloatArray
from apexlab_desktop.importers.plausibility import (
    no_place,
    range_notices,
    speed_notices,
    speed_to_position_ratio,
)

RADIUS_M = 6_371_000.0


def straight(speed: FloatArray, *, step_s: float = 0.1, lat_deg: float = 50.0) -> ChannelGroup:
    """Return a drive due north at 20 m/s whose speed channel says `speed`."""
    time_s = step_s * np.arange(speed.size)
    lat = lat_deg + np.degrees(20.0 * time_s / RADIUS_M)
    return ChannelGroup(
        name="100: gps",
        time_us=np.rint(time_s * 1e6).astype(np.int64),
        channels=(
            Channel(name="lat_deg", values=lat),
            Channel(name="lon_deg", values=np.full(speed.size, 8.0)),
            Channel(name="speed_mps", values=speed),
        ),
    )


class TestNoPlace:
    def test_ordinary_positions_are_places(self) -> None:
        assert no_place(np.array([50.0, np.nan]), np.array([8.0, np.nan])) is None

    @pytest.mark.parametrize(("lat", "lon"), [(0.0, 8.0), (50.0, 0.0), (-90.0, 180.0), (90, -180)])
    def test_the_equator_greenwich_and_the_poles_are_places(self, lat: float, lon: float) -> None:
        assert no_place(np.array([lat, lat]), np.array([lon, lon])) is None

    @pytest.mark.parametrize(
        ("lat", "lon"), [(0.0, 0.0), (90.1, 8.0), (-550.0, 8.0), (50.0, 180.1), (50.0, -1e9)]
    )
    def test_zero_and_what_is_off_the_earth_are_none(self, lat: float, lon: float) -> None:
        found = no_place(np.array([50.0, lat, np.nan]), np.array([8.0, lon, np.nan]))
        assert found is not None
        assert found.tolist() == [False, True, False]

    def test_nothing_is_nowhere(self) -> None:
        assert no_place(np.zeros(0), np.zeros(0)) is None

    def test_missing_everywhere_is_not_nowhere(self) -> None:
        assert no_place(np.full(3, np.nan), np.full(3, np.nan)) is None


class TestSpeedAgainstPositions:
    @pytest.mark.parametrize(
        ("factor", "word"),
        [(3.6, "km/h"), (2.2369363, "mph"), (1.9438445, "knots"), (1 / 3.6, "converted")],
    )
    def test_a_wrong_unit_is_named(self, factor: float, word: str) -> None:
        (notice,) = speed_notices([straight(np.full(200, 20.0 * factor))])
        assert notice.code == "speed_unit_contradicts_positions"
        assert word in notice.detail
        assert "taken as the file says" in notice.detail

    def test_a_right_speed_is_not_mentioned(self) -> None:
        assert speed_notices([straight(np.full(200, 20.0))]) == ()

    def test_the_ratio_is_that_of_the_distances(self) -> None:
        assert speed_to_position_ratio(straight(np.full(200, 30.0))) == pytest.approx(1.5, abs=1e-3)

    def test_a_short_drive_says_nothing(self) -> None:
        # 99 m by positions and by speed: too little to accuse anybody.
        assert speed_to_position_ratio(straight(np.full(50, 20.0))) is None

    def test_gaps_are_left_out(self) -> None:
        assert speed_to_position_ratio(straight(np.full(200, 20.0), step_s=2.0)) is None

    def test_a_standing_car_says_nothing(self) -> None:
        group = straight(np.zeros(200))
        still = (Channel(name="lat_deg", values=np.full(200, 50.0)), *group.channels[1:])
        standing = ChannelGroup(name="gps", time_us=group.time_us, channels=still)
        assert speed_to_position_ratio(standing) is None

    def test_the_date_line_is_no_trip_around_the_world(self) -> None:
        group = straight(np.full(200, 20.0))
        east_m = 20.0 * group.time_us * 1e-6
        lon = 179.9995 + np.degrees(east_m / RADIUS_M)
        crossing = ChannelGroup(
            name="gps",
            time_us=group.time_us,
            channels=(
                Channel(name="lat_deg", values=np.zeros(200) + 1e-9),
                Channel(name="lon_deg", values=(lon + 180.0) % 360.0 - 180.0),
                Channel(name="speed_mps", values=np.full(200, 20.0)),
            ),
        )
        assert speed_to_position_ratio(crossing) == pytest.approx(1.0, abs=1e-3)


class TestRange:
    def notices(self, name: str, values: list[float]) -> list[tuple[int, float | None]]:
        group = ChannelGroup(
            name="obd",
            time_us=np.arange(len(values), dtype=np.int64) * 1_000_000,
            channels=(Channel(name=name, values=np.array(values)),),
        )
        return [(notice.count, notice.first_s) for notice in range_notices([group])]

    def test_values_outside_are_counted_and_placed(self) -> None:
        assert self.notices("speed_mps", [10.0, 200.0, 20.0, -5.0]) == [(2, 1.0)]

    def test_values_at_the_edge_are_inside(self) -> None:
        assert self.notices("throttle_ratio", [0.0, 1.0, 1.0 + 1e-7]) == []

    def test_missing_values_and_unknown_channels_say_nothing(self) -> None:
        assert self.notices("throttle_ratio", [np.nan, np.nan]) == []
        assert self.notices("boost_target", [1e9]) == []
        assert self.notices("throttle_ratio", []) == []
