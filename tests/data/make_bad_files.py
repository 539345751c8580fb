"""Write the damaged files of `tests/data/<format>/bad`; a test holds them to these bytes.

Run `python -m tests.data.make_bad_files` from the repository after a change.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from tests.unit.importers import files, ibt_files
from tests.unit.importers import rcz_files as rcz
from tests.unit.importers.ibt_files import Layout, Variable

FOLDER = Path(__file__).parent
N_ROWS = 40
NAN_FLOAT = math.nan


def bad_files() -> Iterator[tuple[str, bytes]]:
    """Yield path below `tests/data` and bytes of every damaged file."""
    yield from _racechrono_csv()
    yield from _racechrono_rcz()
    yield from _iracing_ibt()


def main() -> None:
    """Write them all."""
    for name, data in bad_files():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _racechrono_csv() -> Iterator[tuple[str, bytes]]:
    body = files.rows(N_ROWS)
    whole = files.text(body)
    head = files.text([])
    folder = "racechrono-csv/bad"
    yield f"{folder}/empty.csv", b""
    yield f"{folder}/blank_lines.csv", b"\r\n" * 12
    yield f"{folder}/banner_only.csv", (files.BANNER + "\r\n").encode()
    yield f"{folder}/cut_in_the_preamble.csv", whole[:150].encode()
    yield f"{folder}/cut_in_the_names.csv", whole[: whole.index("latitude")].encode()
    yield f"{folder}/header_only.csv", head.encode()
    yield f"{folder}/cut_in_the_last_row.csv", whole[:-40].encode()
    yield f"{folder}/nan_everywhere.csv", files.text(_filled(body, "NaN")).encode()
    yield f"{folder}/blank_everywhere.csv", files.text(_filled(body, "")).encode()
    yield f"{folder}/words_everywhere.csv", files.text(_filled(body, "n.a.?")).encode()
    yield f"{folder}/backwards.csv", files.text(body[::-1]).encode()
    at_zero = [[*row[:8], "0.0", "0.0", *row[10:]] for row in body]
    yield f"{folder}/no_position_ever.csv", files.text(at_zero).encode()
    frozen = [[body[0][0], *row[1:3], body[0][3], *row[4:]] for row in body]
    yield f"{folder}/clock_stands_still.csv", files.text(frozen).encode()
    stamps = [str(round(float(row[0]) * 1000)) for row in body]
    yield (
        f"{folder}/milliseconds_called_seconds.csv",
        files.text([[ms, *row[1:]] for ms, row in zip(stamps, body, strict=True)]).encode(),
    )
    yield f"{folder}/binary_behind_the_banner.csv", files.BANNER.encode() + bytes(range(256)) * 8
    yield f"{folder}/binary_behind_the_header.csv", head.encode() + bytes(range(256)) * 8
    yield f"{folder}/binary.csv", bytes(range(256)) * 8
    yield f"{folder}/utf32.csv", whole.encode("utf-32")
    yield f"{folder}/latin1.csv", files.text(body, note='Note,"\u00d6l kalt"').encode("latin-1")
    yield f"{folder}/utf16_without_mark.csv", whole.encode("utf-16-le")
    yield f"{folder}/rows_of_another_width.csv", _of_another_width(body).encode()
    yield f"{folder}/without_latitude.csv", whole.replace("latitude", "breadth").encode()
    yield f"{folder}/format_9.csv", whole.replace("Format,3", "Format,9").encode()


def _filled(body: list[list[str]], cell: str) -> list[list[str]]:
    """Return rows that keep their times only."""
    return [[row[0], *[cell] * (len(row) - 1)] for row in body]


def _of_another_width(body: list[list[str]]) -> str:
    return files.text([row[:-4] for row in body])


def _racechrono_rcz() -> Iterator[tuple[str, bytes]]:
    folder = "racechrono-rcz/bad"
    members = rcz.gps(n=N_ROWS)
    whole = rcz.pack(members)
    yield f"{folder}/empty.rcz", b""
    yield f"{folder}/cut.rcz", whole[: len(whole) // 2]
    yield f"{folder}/text.rcz", b"this is a text, not an archive\n" * 4
    flipped = bytearray(whole)
    flipped[whole.index(members["channel_1_300_0_3_1"]) + 20] ^= 0xFF
    yield f"{folder}/flipped_bits.rcz", bytes(flipped)
    yield f"{folder}/session_is_no_json.rcz", rcz.pack(members, session_json="{laps")
    yield f"{folder}/session_is_a_list.rcz", rcz.pack(members, session_json="[1, 2]")
    yield f"{folder}/without_channels.rcz", rcz.pack({})
    yield f"{folder}/without_gps.rcz", rcz.pack(rcz.bus(10024, [4000.0] * N_ROWS))
    empty = dict.fromkeys(members, b"")
    yield f"{folder}/channels_without_samples.rcz", rcz.pack(empty)
    missing = rcz.int32s([rcz.NO_VALUE] * N_ROWS)
    nothing = {name: missing for name in members if name.endswith("_0")}
    nothing["channel_1_300_0_3_1"] = missing * 2
    yield f"{folder}/no_value_everywhere.rcz", rcz.pack(members | nothing)
    stamps = rcz.int64s(rcz.START_MS - 100 * k for k in range(N_ROWS))
    yield f"{folder}/backwards.rcz", rcz.pack(members | {"channel_1_300_0_1_1": stamps})
    half = members["channel_1_300_0_5_0"][:-2]
    yield f"{folder}/half_a_value.rcz", rcz.pack(members | {"channel_1_300_0_5_0": half})


def _iracing_ibt() -> Iterator[tuple[str, bytes]]:
    folder = "iracing-ibt/bad"
    variables = _driven()
    whole = ibt_files.pack(variables)
    record_bytes = (len(whole) - len(ibt_files.pack(_driven(1)))) // (N_ROWS - 1)
    yield f"{folder}/empty.ibt", b""
    yield f"{folder}/text.ibt", b"SessionTime,Lap,Speed\n932.0,1,50.0\n"
    yield f"{folder}/cut_in_the_header.ibt", whole[:100]
    yield f"{folder}/cut_in_the_variables.ibt", whole[:400]
    yield f"{folder}/cut_in_the_words.ibt", whole[: whole.index(b"DriverInfo")]
    yield f"{folder}/header_only.ibt", whole[: len(whole) - N_ROWS * record_bytes]
    yield f"{folder}/cut_in_a_record.ibt", whole[:-3]
    yield f"{folder}/zeros_behind_the_header.ibt", whole[:144] + bytes(4000)
    yield f"{folder}/live_memory.ibt", ibt_files.pack(variables, Layout(n_buffers=3))
    yield f"{folder}/version_3.ibt", ibt_files.pack(variables, Layout(version=3))
    yield f"{folder}/nan_everywhere.ibt", ibt_files.pack(_nan_everywhere(variables))
    nothing = [variables[0], *_nan_everywhere([v for v in variables[1:] if v.kind != "int"])]
    yield f"{folder}/nan_but_time.ibt", ibt_files.pack(nothing)
    stamps: list[object] = [932.0 - k / 60 for k in range(N_ROWS)]
    backwards = [Variable("SessionTime", "double", stamps, "s"), *variables[1:]]
    yield f"{folder}/backwards.ibt", ibt_files.pack(backwards)
    yield f"{folder}/without_time.ibt", ibt_files.pack(variables[1:])


def _driven(n: int = N_ROWS) -> list[Variable]:
    laps = ibt_files.drive([5] * n, [0.2 + 0.001 * k for k in range(n)])
    lat: list[object] = [50.0 + 1e-5 * k for k in range(n)]
    lon: list[object] = [8.0] * n
    return [
        *laps,
        Variable("Lat", "double", lat, "deg"),
        Variable("Lon", "double", lon, "deg"),
    ]


def _nan_everywhere(variables: list[Variable]) -> list[Variable]:
    return [
        Variable(v.name, v.kind, [NAN_FLOAT] * len(v.values), v.unit)
        if v.kind in ("float", "double")
        else v
        for v in variables
    ]


if __name__ == "__main__":
    main()
