"""`apexlab optimal` on lines, on tables, on sessions, and on what cannot be used."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.e2e.command_line import apexlab

G = 9.80665
FIELDS = {
    "schema", "lap_time_s", "distance_m", "speed_mps", "ax_mps2", "ay_mps2", "is_valid",
    "invalid_reasons",
}  # fmt: skip


def write(path: Path, header: str, rows: np.ndarray) -> Path:
    np.savetxt(path, rows, delimiter=",", header=header, comments="", fmt="%.9g")
    return path


@pytest.fixture
def ggv(tmp_path: Path) -> Path:
    share = np.linspace(0.0, 1.0, 21)
    rows = [
        (v, G * u, 8.0 * root, -G * root)
        for v in (0.0, 30.0, 60.0, 90.0)
        for u, root in zip(share, np.sqrt(1.0 - share**2), strict=True)
    ]
    return write(tmp_path / "ggv.csv", "speed_mps,ay_mps2,ax_max_mps2,ax_min_mps2", np.array(rows))


@pytest.fixture
def circle(tmp_path: Path) -> Path:
    angle = np.arange(126) * 2.0 * np.pi / 126
    rows = np.column_stack((100.0 * np.cos(angle), 100.0 * np.sin(angle), 0.0 * angle + 5.0))
    rows = np.column_stack((rows, rows[:, 2]))
    return write(tmp_path / "circle.csv", "x_m,y_m,w_left_m,w_right_m", rows)


def test_circle_takes_the_time_of_the_closed_form(circle: Path, ggv: Path) -> None:
    said = apexlab("optimal", "--line", circle, "--ggv", ggv, "--json")
    assert said.status == 0, said.err
    document = said.document
    assert set(document) >= FIELDS
    assert document["lap_time_s"] == pytest.approx(2.0 * np.pi * np.sqrt(100.0 / G), rel=1e-4)
    assert document["is_valid"]
    assert document["is_closed"]
    assert document["ay_mps2"] == pytest.approx([G] * len(document["ay_mps2"]), rel=1e-3)
    assert len({len(document[k]) for k in ("distance_m", "speed_mps", "ax_mps2", "ay_mps2")}) == 1


def test_oval_agrees_with_its_closed_form(tmp_path: Path, ggv: Path) -> None:
    radius, length = 50.0, 400.0
    step = np.arange(0.0, 2.0 * (length + np.pi * radius), 2.0)
    x, y = np.zeros(step.size), np.zeros(step.size)
    for k, s in enumerate(step):
        half, along = divmod(s, length + np.pi * radius)
        turn = max(along - length, 0.0) / radius
        east = min(along, length) + radius * np.sin(turn)
        here = np.array((east, radius * (1.0 - np.cos(turn))))
        x[k], y[k] = here if half == 0 else np.array((length, 2.0 * radius)) - here
    line = write(tmp_path / "oval.csv", "x_m,y_m", np.column_stack((x, y)))
    said = apexlab("optimal", "--line", line, "--ggv", ggv, "--json")
    # Straight: up at 8 from v, down at g to v again; bend: steady.
    v2 = G * radius
    up = length * G / (8.0 + G)
    top = np.sqrt(v2 + 2.0 * 8.0 * up)
    straight = (top - np.sqrt(v2)) * (1.0 / 8.0 + 1.0 / G)
    expected = 2.0 * (straight + np.pi * radius / np.sqrt(v2))
    # In the bend nothing is left to accelerate with: exits and entries blend over a metre or two.
    assert said.document["lap_time_s"] == pytest.approx(expected, rel=3e-3)


def test_open_straight_is_a_drag_race_from_rest(tmp_path: Path, ggv: Path) -> None:
    way = np.arange(0.0, 201.0, 5.0)
    line = write(tmp_path / "drag.csv", "x_m,y_m", np.column_stack((way, 0.0 * way)))
    said = apexlab("optimal", "--line", line, "--ggv", ggv, "--json")
    assert not said.document["is_closed"]
    assert said.document["lap_time_s"] == pytest.approx(np.sqrt(2.0 * 200.0 / 8.0), rel=1e-3)
    flying = apexlab("optimal", "--line", line, "--ggv", ggv, "--start-speed", 30, "--json")
    expected = (np.sqrt(30.0**2 + 2.0 * 8.0 * 200.0) - 30.0) / 8.0
    assert flying.document["lap_time_s"] == pytest.approx(expected, rel=1e-3)


def test_hills_are_climbed_and_descended(tmp_path: Path, ggv: Path) -> None:
    way = np.arange(0.0, 301.0, 5.0)
    times = []
    for grade in (-0.05, 0.0, 0.05):
        rows = np.column_stack((way, 0.0 * way, grade * way))
        line = write(tmp_path / "hill.csv", "x_m,y_m,z_m", rows)
        times.append(
            apexlab("optimal", "--line", line, "--ggv", ggv, "--json").document["lap_time_s"]
        )
    for time_s, grade in zip(times, (-0.05, 0.0, 0.05), strict=True):
        pull = 8.0 - G * np.sin(np.arctan(grade))
        way_m = 300.0 * np.hypot(1.0, grade)
        assert time_s == pytest.approx(np.sqrt(2.0 * way_m / pull), rel=2e-3)


def test_free_line_uses_the_widths_and_says_so(tmp_path: Path, ggv: Path) -> None:
    angle = np.linspace(0.0, 2.0 * np.pi, 500, endpoint=False)
    radius = 320.0 + 55.0 * np.sin(3.0 * angle) + 37.0 * np.cos(5.0 * angle)
    rows = np.column_stack((radius * np.cos(angle), radius * np.sin(angle)))
    rows = np.column_stack((rows, np.full((500, 2), 5.0)))
    line = write(tmp_path / "wide.csv", "x_m,y_m,w_left_m,w_right_m", rows)
    given = apexlab("optimal", "--line", line, "--ggv", ggv, "--json").document
    free = apexlab("optimal", "--line", line, "--ggv", ggv, "--free-line", "--json").document
    assert free["lap_time_s"] < 0.98 * given["lap_time_s"]
    assert any("as given" in remark for remark in given["remarks"])
    assert any("faster" in remark for remark in free["remarks"])


def test_line_with_a_kink_is_not_valid(tmp_path: Path, ggv: Path) -> None:
    way = np.arange(0.0, 100.0, 1.0)
    behind = np.column_stack((0.0 * way + 99.5, way + 0.5))
    corner = np.vstack((np.column_stack((way, 0.0 * way)), behind))
    line = write(tmp_path / "kink.csv", "x_m,y_m", corner)
    document = apexlab("optimal", "--line", line, "--ggv", ggv, "--json").document
    assert not document["is_valid"]
    assert "radius" in document["invalid_reasons"][0]


def test_table_that_ends_early_is_flat_beyond_and_says_so(tmp_path: Path) -> None:
    way = np.arange(0.0, 2000.0, 5.0)
    line = write(tmp_path / "long.csv", "x_m,y_m", np.column_stack((way, 0.0 * way)))
    rows = np.array([(v, u, 4.0 - 4.0 * u / 9.0, u - 9.0) for v in (0.0, 40.0) for u in (0.0, 9.0)])
    table = write(tmp_path / "short.csv", "speed_mps,ay_mps2,ax_max_mps2,ax_min_mps2", rows)
    document = apexlab("optimal", "--line", line, "--ggv", table, "--json").document
    assert max(document["speed_mps"]) == pytest.approx(np.sqrt(2.0 * 4.0 * 1995.0), rel=1e-3)
    assert any("ends at 40 m/s" in remark for remark in document["remarks"])
    assert any("extrapolated flat" in remark for remark in document["remarks"])


def test_named_car_says_what_was_taken_for_granted(circle: Path) -> None:
    said = apexlab("optimal", "--line", circle, "--vehicle", "mazda-mx5-nd2", "--tire", "street")
    assert said.status == 0, said.err
    assert "Mazda MX-5" in said.out
    assert "not published" in said.out


def test_session_has_an_optimum_faster_than_its_laps(club_file: Path) -> None:
    said = apexlab("optimal", club_file, "--json")
    assert said.status == 0, said.err
    document = said.document
    assert set(document) >= FIELDS
    assert document["is_valid"], document["invalid_reasons"]
    assert document["lap_time_s"] < document["driven_lap_time_s"]
    assert document["mu_source"] == "driven"
    assert document["envelope"]["is_lower_bound"]
    costs = [c["time_cost_s"] + c["exit_straight_time_cost_s"] for c in document["corners"]]
    assert costs == sorted(costs, reverse=True)
    assert len(costs) == 8
    assert len(document["grip_use"]["points"]["ay_mps2"]) <= 2000


def test_session_of_few_laps_has_no_band_for_another_line(club_file: Path) -> None:
    said = apexlab("optimal", club_file, "--free-line")
    assert said.status == 4
    assert "8 clean laps" in said.err


def test_session_of_many_laps_has_a_better_line_inside_its_band(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    made = apexlab(
        "generate", "--track", "kart-bowl", "--laps", 9, "--seed", 2, "--noise", "good",
        "--format", "racechrono", "-o", path,
    )  # fmt: skip
    assert made.status == 0, made.err
    better = apexlab("optimal", path, "--free-line", "--json").document["better_line"]
    assert better["gain_s"] > 0.0


def test_session_is_a_table_for_people(club_file: Path) -> None:
    said = apexlab("optimal", club_file)
    assert "Optimal lap" in said.out
    assert "lower bound" in said.out


def test_car_too_weak_for_what_was_driven_is_called_invalid(club_file: Path) -> None:
    said = apexlab(
        "optimal", club_file, "--vehicle", "mazda-mx5-na-1.6", "--tire", "street", "--json"
    )
    assert said.status == 0, said.err
    assert not said.document["is_valid"]
    assert said.document["invalid_reasons"]
    assert said.document["mu_source"] == "curated_table"


def test_same_command_gives_the_same_bytes(club_file: Path) -> None:
    one, two = (apexlab("optimal", club_file, "--json").out for _ in range(2))
    assert one == two


def test_single_lap_of_few_brakings_is_plausible_yet_not_valid() -> None:
    folder = Path(__file__).resolve().parents[2] / ".." / "shared" / "corpus" / "racechrono-csv"
    file = folder / "session_20251231_111318_tianma_lap9_v3.csv"
    if not file.exists():
        pytest.skip(f"needs {file.name} in {folder}")
    document = apexlab("optimal", file, "--json").document
    assert not document["is_valid"]
    assert any("one lap" in reason for reason in document["invalid_reasons"])
    assert any("4 brakings" in reason for reason in document["invalid_reasons"])
    assert 0.8 * document["driven_lap_time_s"] < document["lap_time_s"]
    assert 0.5 * G < document["envelope"]["braking_mps2"] < 1.5 * G


@pytest.mark.parametrize("shape", ["straight", "circle"])
def test_table_of_a_car_that_cannot_pull_away_is_refused(
    shape: str, tmp_path: Path, circle: Path
) -> None:
    way = np.arange(0.0, 400.0, 5.0)
    straight = write(tmp_path / "drag.csv", "x_m,y_m", np.column_stack((way, 0.0 * way)))
    rows = np.array([(v, u, -0.5, -9.0) for v in (0.0, 40.0) for u in (0.0, 9.0)])
    table = write(tmp_path / "dead.csv", "speed_mps,ay_mps2,ax_max_mps2,ax_min_mps2", rows)
    line = straight if shape == "straight" else circle
    said = apexlab("optimal", "--line", line, "--ggv", table, "--json")
    assert said.status == 4
    assert said.err.count("\n") == 1
    assert "-0.5 m/s2" in said.document["error"]["found"]


def test_two_points_are_a_straight(tmp_path: Path, ggv: Path) -> None:
    line = write(tmp_path / "drag.csv", "x_m,y_m", np.array([(0.0, 0.0), (120.0, 160.0)]))
    document = apexlab("optimal", "--line", line, "--ggv", ggv, "--json").document
    assert not document["is_closed"]
    assert document["lap_time_s"] == pytest.approx(np.sqrt(2.0 * 200.0 / 8.0), rel=1e-3)


BAD_LINES = {
    "header only": "x_m,y_m\n",
    "empty": "",
    "no y": "x_m,z_m\n1,2\n",
    "words": "x_m,y_m\n0,0\n1,a\n",
    "nan": "x_m,y_m\n0,0\nnan,1\n",
    "one point": "x_m,y_m\n0,0\n",
    "few closed points": "x_m,y_m\n0,0\n50,0\n50,50\n0,0\n",
    "one place": "x_m,y_m\n" + "1,1\n" * 50,
    "negative width": "x_m,y_m,w_left_m\n" + "".join(f"{k},0,-1\n" for k in range(20)),
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_line_that_cannot_be_used_gets_one_clear_sentence(
    name: str, tmp_path: Path, ggv: Path
) -> None:
    path = tmp_path / "line.csv"
    path.write_text(BAD_LINES[name], encoding="utf-8")
    said = apexlab("optimal", "--line", path, "--ggv", ggv, "--json")
    assert said.status == 4, said.err
    assert said.err.count("\n") == 1
    assert "line.csv" in said.err
    assert said.document["error"]["found"]


def test_binary_and_missing_lines_are_refused(tmp_path: Path, ggv: Path) -> None:
    path = tmp_path / "line.csv"
    path.write_bytes(b"\xff\xfe\x00\x01" * 100)
    for line in (path, tmp_path / "missing.csv", tmp_path):
        assert apexlab("optimal", "--line", line, "--ggv", ggv).status == 4


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("session.csv", "--line", "line.csv"),
        ("--line", "line.csv"),
        ("--line", "line.csv", "--vehicle", "x"),
    ],
)
def test_wrong_words_are_wrong_usage(arguments: tuple[str, ...]) -> None:
    assert apexlab("optimal", *arguments).status == 2
