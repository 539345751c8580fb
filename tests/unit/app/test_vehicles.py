"""Cars, tyres and pads: what ships, what users add, what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from apexlab_desktop.app import vehicle_tables
from apexlab_desktop.app.vehicles import DRIVER_KG, choose_car, choose_tyre, mu_of_treadwear
from apexlab_desktop.errors import ApexLabError, CorruptFileError
from apexlab_desktop.paths import HOME_VARIABLE

TABLES = {
    "cars": vehicle_tables.cars,
    "tyres": vehicle_tables.tyres,
    "categories": vehicle_tables.tyre_categories,
    "pads": vehicle_tables.brake_pads,
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(("name", "least"), [("cars", 40), ("tyres", 30), ("pads", 5)])
def test_tables_are_as_long_as_they_should_be(name: str, least: int) -> None:
    assert len(TABLES[name]()) >= least


@pytest.mark.parametrize("name", TABLES)
def test_every_row_names_its_source(name: str) -> None:
    assert [row.key for row in TABLES[name]().values() if len(row.text("source")) < 10] == []


def test_trap_36_every_car_says_which_generation_it_is_of() -> None:
    for row in vehicle_tables.cars().values():
        first, last = row.required("first_year"), row.number("last_year")
        assert 1960 <= first <= (last or 2100)
    models = [(row.text("brand"), row.text("model")) for row in vehicle_tables.cars().values()]
    assert len(set(models)) == len(models)


def test_every_car_is_a_plausible_one() -> None:
    for row in vehicle_tables.cars().values():
        assert 400 <= row.required("mass_kg") <= 2500, row.key
        assert 50 <= row.required("power_kw") <= 900, row.key
        assert 2.0 <= row.required("wheelbase_m") <= 3.2, row.key
        assert 0.05 < row.required("power_kw") / row.required("mass_kg") < 0.5, row.key


@pytest.mark.parametrize("key", sorted(vehicle_tables.cars()))
def test_every_car_can_be_driven_on_every_category(key: str) -> None:
    for category in vehicle_tables.tyre_categories():
        chosen = choose_car(key, category)
        assert chosen.mu_source == "curated_table"
        assert 0.3 <= chosen.car.traction_share <= 1.0


@pytest.mark.parametrize(
    ("treadwear", "mu"), [(40, 1.294), (100, 1.128), (200, 1.016), (300, 0.956)]
)
def test_treadwear_gives_the_estimate_of_the_formula(treadwear: float, mu: float) -> None:
    assert mu_of_treadwear(treadwear) == pytest.approx(mu, abs=1e-3)


def test_trap_19_a_mu_of_one_says_where_it_comes_from() -> None:
    assert choose_tyre("endurance_200tw")[0].mu == 1.0
    assert choose_tyre("endurance_200tw")[1] == "curated_table"
    assert choose_tyre("hankook-rs4")[1] == "formula_estimate"


def test_words_find_a_car_when_only_one_fits() -> None:
    chosen = choose_car("mazda na", "street")
    assert chosen.car.mass_kg == 990 + DRIVER_KG
    assert "MX-5" in chosen.name


def test_what_is_not_published_is_said() -> None:
    assert any("not published" in remark for remark in choose_car("nissan-370z", "slick").remarks)


def test_downforce_is_the_published_one() -> None:
    car = choose_car("porsche-911-gt3-rs-992", "michelin-cup-2").car
    downforce_kg = 0.5 * 1.225 * car.lift_area_m2 * (200.0 / 3.6) ** 2 / 9.80665
    assert downforce_kg == pytest.approx(409.0, rel=0.01)


@pytest.mark.parametrize(("vehicle", "tire"), [("porsche", "slick"), ("trabant", "slick")])
def test_names_that_fit_none_or_many_are_refused(vehicle: str, tire: str) -> None:
    with pytest.raises(ApexLabError) as caught:
        choose_car(vehicle, tire)
    assert "--vehicle" in caught.value.one_line()


HEAD = "key,brand,model,mass_kg,mass_basis,power_kw,drivetrain,drag_area_m2,lift_area_m2,source\n"


def test_users_add_cars_of_their_own(home: Path) -> None:
    (home / "vehicles").mkdir()
    own = "my-car,Own,Build,900,curb,150,rwd,0.6,1.0,weighed\n"
    (home / "vehicles" / "mine.csv").write_text(HEAD + own, encoding="utf-8")
    car = choose_car("my-car", "slick").car
    assert car.lift_area_m2 == 1.0
    assert car.power_w == pytest.approx(150e3 * 0.85 * 0.9)


def test_users_add_tyres_with_a_mu_they_measured(home: Path) -> None:
    (home / "tyres").mkdir()
    text = "key,brand,model,category,treadwear,mu,source\nmine,Own,Tyre,r_comp,40,1.31,measured\n"
    (home / "tyres" / "mine.csv").write_text(text, encoding="utf-8")
    tyre, source, _ = choose_tyre("mine")
    assert (tyre.mu, source) == (1.31, "user_override")


@pytest.mark.parametrize(
    "row",
    [
        "x,Own,Build,heavy,curb,150,rwd,,,s",
        "x,Own,Build,,curb,150,rwd,,,s",
        "x,Own,Build,900,curb,150,4wd,,,s",
        "x,Own,Build,900,wet,150,rwd,,,s",
        "x,Own,Build,900,curb,-1,rwd,,,s",
        ",Own,Build,900,curb,150,rwd,,,s",
    ],
)
def test_bad_row_of_a_user_is_named_with_its_line(home: Path, row: str) -> None:
    (home / "vehicles").mkdir()
    (home / "vehicles" / "mine.csv").write_text(HEAD + row + "\n", encoding="utf-8")
    with pytest.raises(CorruptFileError) as caught:
        vehicle_tables.cars()
    assert "mine.csv, line 2" in caught.value.one_line()


def test_key_that_stands_twice_in_a_file_is_refused(home: Path) -> None:
    (home / "vehicles").mkdir()
    row = "x,Own,Build,900,curb,150,rwd,,,s\n"
    (home / "vehicles" / "mine.csv").write_text(HEAD + row + row, encoding="utf-8")
    with pytest.raises(CorruptFileError):
        vehicle_tables.cars()


def test_pads_work_over_a_range_of_temperatures() -> None:
    for row in vehicle_tables.brake_pads().values():
        low, high = row.number("from_degc"), row.number("to_degc")
        assert low is not None
        assert high is not None
        assert np.isfinite([low, high]).all()
        assert low < high
