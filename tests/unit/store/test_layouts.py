"""Lines of layouts survive the store to the last digit; facts and links live beside them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apexlab_desktop.analysis.corner_results import Corner
from apexlab_desktop.analysis.layout_values import LapShape, Layout
from apexlab_desktop.analysis.types import StartLine
from apexlab_desktop.errors import CorruptFileError
from apexlab_desktop.store import layout_lines, layouts, math_channels, sessions
from apexlab_desktop.store.database import Library
from tests.unit.store.raw_fixture import derived_facts, file_facts, raw_session

TURN = np.linspace(0.0, 2.0 * np.pi, 500)


def layout(identifier: str = "0190-home", lat_deg: float = 52.0, lon_deg: float = 5.0) -> Layout:
    corner = Corner(
        id="one", number="1", direction="left", entry_m=10.0, apex_m=20.0, exit_m=30.0,
        radius_m=40.0, turned_rad=1.5, name="Chûrch",
    )  # fmt: skip
    shape = LapShape(
        lat_deg=np.round(lat_deg + 0.003 * np.sin(TURN), 7),
        lon_deg=np.round(lon_deg + 0.004 * np.cos(TURN), 7),
        length_m=1_800.0,
        direction="ccw",
        is_closed=True,
        start_line=StartLine(lat_deg=lat_deg, lon_deg=lon_deg, bearing_deg=12.5),
        quality=81.5,
        n_laps=4,
    )
    return Layout(
        id=identifier, name="Home", shape=shape, venue="Home", country="NL", corners=(corner,),
        corners_laps=4, sectors_m=(600.0, 1_200.0), circuit_key="home",
    )  # fmt: skip


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """An empty library."""
    return Library.open(tmp_path)


def test_a_layout_comes_back_digit_for_digit(library: Library) -> None:
    stored = layout()
    with library.writing() as connection:
        layouts.insert_layout(connection, stored)
    with library.reading() as connection:
        found = layouts.get_layout(connection, stored.id)
    assert found is not None
    assert np.array_equal(found.shape.lat_deg, stored.shape.lat_deg)
    assert np.array_equal(found.shape.lon_deg, stored.shape.lon_deg)
    plain = replace(found, shape=stored.shape)
    assert {name: getattr(plain, name) for name in Layout.__slots__ if name != "shape"} == {
        name: getattr(stored, name) for name in Layout.__slots__ if name != "shape"
    }
    assert found.shape.start_line == stored.shape.start_line


def test_a_line_takes_few_bytes_a_point() -> None:
    shape = layout().shape
    assert len(layout_lines.pack(shape.lat_deg, shape.lon_deg)) < 6 * TURN.size


@given(
    st.lists(st.tuples(st.floats(-90.0, 90.0), st.floats(-180.0, 180.0)), min_size=2, max_size=30)
)
def test_any_line_survives_to_a_centimetre(points: list[tuple[float, float]]) -> None:
    lat_deg, lon_deg = np.array(points).T
    again = layout_lines.unpack(layout_lines.pack(lat_deg, lon_deg))
    assert np.abs(lat_deg - again[0]).max() <= 0.51e-7
    apart_deg = np.abs(lon_deg - again[1])
    assert np.minimum(apart_deg, np.abs(360.0 - apart_deg)).max() <= 0.51e-7


@given(st.binary(max_size=200))
def test_bytes_that_are_no_line_are_one_clear_error(data: bytes) -> None:
    with pytest.raises(CorruptFileError, match="packed line"):
        layout_lines.unpack(data)


def test_layouts_are_found_by_their_neighbourhood(library: Library) -> None:
    places = {"near": (52.0, 5.01), "north": (53.0, 5.0), "east": (52.0, 9.0), "date": (0.0, 180.0)}
    with library.writing() as connection:
        for name, place in places.items():
            layouts.insert_layout(connection, layout(name, *place))
    with library.reading() as connection:
        for place, found in (((52.0, 5.0), ["near"]), ((0.0, -179.99), ["date"])):
            assert [one.id for one in layouts.layouts_near(connection, *place)] == found


@pytest.mark.allow_warnings_logged
def test_a_damaged_line_does_not_hide_its_neighbours(library: Library) -> None:
    with library.writing() as connection:
        for name in ("good", "damaged"):
            layouts.insert_layout(connection, layout(name))
        connection.exec_driver_sql("UPDATE layout SET line = x'00' WHERE id = 'damaged'")
        assert [one.id for one in layouts.layouts_near(connection, 52.0, 5.0)] == ["good"]


def test_the_users_words_win_over_what_was_found(library: Library) -> None:
    with library.writing() as connection:
        layouts.insert_layout(connection, layout())
        layouts.set_fact(connection, "0190-home", "corner:one", {"number": "1A", "name": "Bend"})
        layouts.set_corners(connection, "0190-home", layout().corners, 9)
        layouts.set_name(connection, "0190-home", "Mine")
        found = layouts.get_layout(connection, "0190-home")
    assert found is not None
    assert (found.name, found.corners_laps) == ("Mine", 9)
    assert [(one.number, one.name) for one in found.corners] == [("1A", "Bend")]


def test_a_session_has_one_layout_and_shows_its_name(library: Library) -> None:
    with library.writing() as connection:
        session_id = sessions.insert_session(
            connection, file_facts(), raw_session(10), derived_facts()
        )
        for name in ("a-one", "b-two"):
            layouts.insert_layout(connection, replace(layout(name), name=name))
            layouts.link_session(connection, session_id, name, confidence=0.9)
        summary = sessions.get_summary(connection, session_id)
        link = layouts.layout_of_session(connection, session_id)
        counts = {one.name: one.n_sessions for one in layouts.list_layouts(connection)}
        raw = sessions.load_raw(connection, session_id)
    assert summary is not None
    assert link is not None
    assert (summary.track, link.layout_id) == ("b-two", "b-two")
    assert counts == {"a-one": 0, "b-two": 1}
    # What the file said stays what it said.
    assert raw.metadata["track"] == "Ridgeline Park"


def test_formulas_of_a_layout_win_over_those_of_the_library(library: Library) -> None:
    with library.writing() as connection:
        layouts.insert_layout(connection, layout())
        first = math_channels.put_math_channel(connection, "push", "1", None)
        math_channels.put_math_channel(connection, "push", "2", "0190-home")
        math_channels.put_math_channel(connection, "also", "3", None)
        again = math_channels.put_math_channel(connection, "push", "4", None)
        here = math_channels.list_math_channels(connection, "0190-home")
        there = math_channels.list_math_channels(connection, None)
        assert math_channels.remove_math_channel(connection, "push", "0190-home")
        assert not math_channels.remove_math_channel(connection, "push", "0190-home")
    assert first.id == again.id
    assert [(one.name, one.expression) for one in here] == [("also", "3"), ("push", "2")]
    assert [(one.name, one.expression) for one in there] == [("also", "3"), ("push", "4")]
