import pytest

from apexlab_desktop.analysis.channels import CATALOGUE, ChannelInfo

SUFFIX_OF_UNIT = {
    "deg": "_deg",
    "m": "_m",
    "m/s": "_mps",
    "m/s2": "_mps2",
    "rad": "_rad",
    "rad/s": "_radps",
    "1/m": "_per_m",
    "Pa": "_pa",
    "s": "_s",
    "Hz": "_hz",
    "rpm": "_rpm",
    "degC": "_degc",
    "kg": "_kg",
    "N": "_n",
    "Nm": "_nm",
    "V": "_v",
    "W": "_w",
}
DIMENSIONLESS_TAIL = ("_ratio",)
DIMENSIONLESS_HEAD = ("n_", "is_", "dop_", "gear", "fix_type", "lap_number")


@pytest.mark.parametrize("name", CATALOGUE)
def test_channel_name_carries_its_unit(name: str) -> None:
    info = CATALOGUE[name]
    if info.unit:
        assert name.endswith(SUFFIX_OF_UNIT[info.unit])
    else:
        assert name.endswith(DIMENSIONLESS_TAIL) or name.startswith(DIMENSIONLESS_HEAD)


@pytest.mark.parametrize("info", CATALOGUE.values(), ids=CATALOGUE)
def test_channel_is_described_for_people(info: ChannelInfo) -> None:
    assert info.label[:1].isupper()
    assert info.low < info.high


def test_labels_are_unique() -> None:
    labels = [info.label for info in CATALOGUE.values()]
    assert len(labels) == len(set(labels))
