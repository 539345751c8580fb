"""RaceChrono CSV v3 with its quirks."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from apexlab_desktop.analysis.types import ChannelGroup, RawSession
from apexlab_desktop.errors import ApexLabError, CancelledError
from apexlab_desktop.importers import registry
from tests.unit.importers import files

LAP_S = 2 * np.pi * files.RADIUS_M / files.SPEED_MPS


def load(tmp_path: Path, content: str, *, encoding: str = "utf-8") -> RawSession:
    return registry.load(files.write(tmp_path / "session.csv", content, encoding=encoding))


def gps(raw: RawSession) -> ChannelGroup:
    return next(group for group in raw.groups if group.find("lat_deg") is not None)


def values(raw: RawSession, name: str, source: str = "gps") -> np.ndarray:
    return next(
        c.values for g in raw.groups for c in g.channels if (c.name, c.source) == (name, source)
    )


def codes(raw: RawSession) -> set[str]:
    return {notice.code for notice in raw.notices}


def assert_is_the_ring(raw: RawSession) -> None:
    group = gps(raw)
    assert group.time_us.size == 800
    assert group.rate_hz == 10.0
    assert values(raw, "speed_mps").mean() == pytest.approx(files.SPEED_MPS, abs=0.01)
    assert values(raw, "lat_deg").max() == pytest.approx(50.0 + 100.0 / 111_195.0, abs=1e-6)


def test_a_plain_file_is_read_whole(tmp_path: Path) -> None:
    raw = load(tmp_path, files.text())
    assert_is_the_ring(raw)
    assert (raw.format, raw.format_version, raw.n_samples) == ("racechrono-csv", "3", 800)
    assert raw.metadata["track"] == "Ring"
    assert raw.metadata["title"] == "Ring, north"
    assert raw.start_time_utc is not None
    assert raw.start_time_utc.timestamp() == files.START_S


def test_speeds_of_three_sources_stay_apart(tmp_path: Path) -> None:
    raw = load(tmp_path, files.text())
    assert values(raw, "speed_mps", "obd").mean() == pytest.approx(24.6, abs=0.01)
    assert values(raw, "speed_mps", "calc").mean() == pytest.approx(25.0, abs=0.01)


def test_units_and_signs_are_iso_inside(tmp_path: Path) -> None:
    raw = load(tmp_path, files.text())
    # A left turn: positive lateral acceleration, and a course that grows.
    lateral = values(raw, "accel_lat_mps2", "calc")
    assert lateral.mean() == pytest.approx(files.SPEED_MPS**2 / files.RADIUS_M, rel=1e-4)
    course = np.unwrap(values(raw, "course_rad").astype(np.float64))
    assert course[0] == pytest.approx(np.pi / 2, abs=1e-3)
    assert np.diff(course).mean() == pytest.approx(0.1 * files.SPEED_MPS / files.RADIUS_M, rel=1e-3)


def test_laps_run_from_first_row_to_first_row(tmp_path: Path) -> None:
    raw = load(tmp_path, files.text())
    complete = [lap for lap in raw.laps_declared if lap.is_complete]
    assert [lap.number for lap in complete] == [2, 3]
    for lap in complete:
        assert (lap.end_us - lap.start_us) / 1e6 == pytest.approx(LAP_S, abs=0.1)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_encodings_are_told_from_the_bytes(tmp_path: Path, encoding: str) -> None:
    content = files.text(note='Note,"Öl kalt"')
    raw = load(tmp_path, content, encoding=encoding)
    assert_is_the_ring(raw)
    assert raw.metadata["note"] == "Öl kalt"


def test_semicolons_with_decimal_commas_are_read(tmp_path: Path) -> None:
    head, body = files.preamble(), files.rows()
    lines = [line.replace(",", ";") for line in head]
    lines[2] = 'Session title;"Ring, north"'
    lines += [";".join(cell.replace(".", ",") for cell in row) for row in body]
    assert_is_the_ring(load(tmp_path, "\r\n".join(lines)))


def test_a_note_of_several_lines_is_kept(tmp_path: Path) -> None:
    raw = load(
        tmp_path, files.text(note='Note,"first line\r\n\r\ntimestamps look odd, see ""run"""')
    )
    assert_is_the_ring(raw)
    assert "see" in raw.metadata["note"]


def test_an_empty_track_line_does_not_end_the_preamble(tmp_path: Path) -> None:
    content = files.text().replace('Track name,"Ring"', "")
    assert_is_the_ring(load(tmp_path, content))


def test_mixed_line_ends_are_read(tmp_path: Path) -> None:
    content = files.text()
    half = len(content) // 2
    assert_is_the_ring(load(tmp_path, content[:half].replace("\r\n", "\n") + content[half:]))


def test_columns_are_found_by_name_and_source_not_place(tmp_path: Path) -> None:
    lines = files.preamble()[:-3]
    table = [
        files.NAMES.split(","),
        files.UNITS.split(","),
        files.SOURCES.split(","),
        *files.rows(),
    ]
    order = [0, 1, 2, 3, 4, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5]
    lines += [",".join(row[i] for i in order) for row in table]
    assert_is_the_ring(load(tmp_path, "\r\n".join(lines)))


def test_an_unknown_column_is_kept_by_its_name(tmp_path: Path) -> None:
    raw = load(tmp_path, files.text().replace(",rpm,speed\r\n", ",boost_target,speed\r\n"))
    names = {c.name for g in raw.groups for c in g.channels}
    assert "boost_target" in names


def test_kilometres_per_hour_are_read_from_the_unit_row(tmp_path: Path) -> None:
    body = [[*row[:11], f"{float(row[11]) * 3.6:.3f}", *row[12:]] for row in files.rows()]
    content = files.text(body).replace("sats,m/s,G", "sats,km/h,G")
    assert_is_the_ring(load(tmp_path, content))


def test_a_speed_that_contradicts_the_positions_is_said_not_flipped(tmp_path: Path) -> None:
    body = [[*row[:11], f"{float(row[11]) * 3.6:.3f}", *row[12:]] for row in files.rows()]
    raw = load(tmp_path, files.text(body))
    assert values(raw, "speed_mps").mean() == pytest.approx(90.0, abs=0.1)
    assert "speed_unit_contradicts_positions" in codes(raw)


def test_an_empty_accuracy_column_drops_nothing(tmp_path: Path) -> None:
    raw = load(tmp_path, files.text(files.column(files.rows(), 5, "")))
    assert gps(raw).time_us.size == 800


def test_a_new_fragment_starts_a_new_segment(tmp_path: Path) -> None:
    body = files.rows()
    body = body[:400] + [[f"{float(row[0]) + 60.0:.3f}", "1", *row[2:]] for row in body[400:]]
    raw = load(tmp_path, files.text(body))
    assert raw.segment_starts_us == (100_000_000,)


def test_a_pause_within_a_lap_leaves_one_lap_without_a_time(tmp_path: Path) -> None:
    body = files.rows()
    body = body[:400] + [[f"{float(row[0]) + 60.0:.3f}", "1", *row[2:]] for row in body[400:]]
    raw = load(tmp_path, files.text(body))
    # Row 400 at 40 s lies in lap 2, which began after 25.1 s.
    assert [(lap.number, lap.is_complete) for lap in raw.laps_declared] == [
        (1, False), (2, False), (3, True), (4, False),
    ]  # fmt: skip
    assert "laps_interrupted" in codes(raw)


def test_interpolated_rows_are_set_aside(tmp_path: Path) -> None:
    fixes = files.rows(400)
    body: list[list[str]] = []
    for first, second in itertools.pairwise(fixes):
        body.append(first)
        # The app's own rows between fixes: everything half way, three decimals more or less.
        middle = [
            f"{(float(a) + float(b)) / 2:.7f}" if i in {0, 3, 4, 8, 9, 11, 13, 15} else a
            for i, (a, b) in enumerate(zip(first, second, strict=True))
        ]
        body.append(middle)
    raw = load(tmp_path, files.text(body))
    assert gps(raw).rate_hz == 10.0
    assert gps(raw).time_us.size == pytest.approx(399, abs=2)


def test_latitude_and_longitude_0_are_no_position(tmp_path: Path) -> None:
    body = [
        [*row[:8], "0.0", "0.0", *row[10:]] if step < 30 else row
        for step, row in enumerate(files.rows())
    ]
    raw = load(tmp_path, files.text(body))
    assert gps(raw).time_us[0] == 3_000_000
    assert values(raw, "lat_deg").min() > 49.0
    (notice,) = [n for n in raw.notices if n.code == "positions_missing"]
    assert notice.count == 30


def test_a_latitude_off_the_earth_is_no_position(tmp_path: Path) -> None:
    body = [
        [*row[:8], f"5{row[8]}", *row[9:]] if step == 200 else row
        for step, row in enumerate(files.rows())
    ]
    raw = load(tmp_path, files.text(body))
    assert gps(raw).time_us.size == 799
    assert values(raw, "lat_deg").max() < 51.0
    assert "positions_missing" in codes(raw)


def test_a_track_on_the_equator_is_a_track(tmp_path: Path) -> None:
    body = [[*row[:8], "0.0", *row[9:]] for row in files.rows()]
    raw = load(tmp_path, files.text(body))
    assert gps(raw).time_us.size == 800
    assert "positions_missing" not in codes(raw)


def test_cancelling_stops_the_read(tmp_path: Path) -> None:
    path = files.write(tmp_path / "session.csv", files.text())

    def stop(_share: float) -> None:
        raise CancelledError(found="cancelled")

    with pytest.raises(CancelledError):
        registry.load(path, stop)


class TestBadInput:
    """Each case is one clear line."""

    def refuse(self, tmp_path: Path, content: str) -> str:
        with pytest.raises(ApexLabError) as caught:
            load(tmp_path, content)
        line = caught.value.one_line()
        assert line
        assert "\n" not in line
        return line

    def test_header_only_says_that_there_are_no_rows(self, tmp_path: Path) -> None:
        self.refuse(tmp_path, files.text([]))

    def test_a_file_without_any_speed_is_taken(self, tmp_path: Path) -> None:
        raw = load(tmp_path, files.text().replace(",speed", ",velo"))
        assert not any(group.find("speed_mps") for group in raw.groups)
        assert "lat_deg" in {channel.name for channel in raw.groups[0].channels}

    def test_a_file_without_positions_names_them(self, tmp_path: Path) -> None:
        content = files.text().replace("latitude", "lattitude").replace("longitude", "longtitude")
        content = content.replace(",speed", ",velo")
        line = self.refuse(tmp_path, content)
        assert "latitude" in line
        assert "longitude" in line

    def test_a_file_without_time_is_refused(self, tmp_path: Path) -> None:
        self.refuse(tmp_path, files.text().replace("\r\ntimestamp", "\r\ntime"))

    def test_nothing_but_missing_values_is_refused_or_said(self, tmp_path: Path) -> None:
        body = [[*row[:2], *[""] * 14] for row in files.rows(50)]
        path = files.write(tmp_path / "session.csv", files.text(body))
        raw = files.load_or_line(path)
        if isinstance(raw, RawSession):
            assert raw.notices

    def test_time_running_backwards_is_refused_or_repaired_aloud(self, tmp_path: Path) -> None:
        body = files.rows(200)
        path = files.write(tmp_path / "session.csv", files.text(body[::-1]))
        raw = files.load_or_line(path)
        if isinstance(raw, RawSession):
            assert raw.notices
            assert (np.diff(gps(raw).time_us) >= 0).all()

    def test_a_truncated_last_row_is_dropped_aloud(self, tmp_path: Path) -> None:
        raw = load(tmp_path, files.text()[:-60])
        assert gps(raw).time_us.size == pytest.approx(799, abs=1)

    def test_version_2_without_what_is_needed_says_what_to_export(self, tmp_path: Path) -> None:
        content = files.text().replace("Format,3", "Format,2").replace("latitude", "x")
        line = self.refuse(tmp_path, content)
        assert "v3" in line or "CSV" in line
