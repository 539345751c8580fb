"""The documents and tables of `apexlab math`."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np
from rich.markup import escape

from apexlab_desktop.app.cli_tables import _console, _table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apexlab_desktop.analysis.expressions import MathValues
    from apexlab_desktop.analysis.types import FloatArray
    from apexlab_desktop.app.math_channels import WorkedMath
    from apexlab_desktop.store.math_channels import MathChannel

SCHEMA = 1


def document_of(found: WorkedMath) -> dict[str, Any]:
    """Return the document of a formula on laps, or over a whole session."""
    result = found.result
    head = {
        "schema": SCHEMA,
        "file": found.file,
        "expression": found.text,
        "unit": result.unit,
        "kind": result.kind.value,
        "is_condition": result.is_condition,
    }
    head["remarks"] = _remarks(result)
    if found.comparison is None:
        return head | _series(result.values[0]) | {"time_s": _numbers(found.time_s)}
    distance_m = _numbers(found.comparison.distance_m)
    laps = [
        {"lap": lap.lap.number}
        | _series(values)
        | {"time_s": _numbers(lap.time_s), "distance_m": distance_m}
        for lap, values in zip(found.comparison.laps, result.values, strict=True)
    ]
    return head | {"laps": laps}


_WHY_NONE = {
    "divide": "it divides by zero",
    "over": "a number in it is too large to be held (above 1.8e308)",
    "invalid": "it is not defined: a root or logarithm of something negative, 0 / 0, or the like",
}


def _remarks(result: MathValues) -> list[str]:
    """Return why a formula gives no number at all; nothing where it gives one."""
    if np.isfinite(result.values).any():
        return []
    why = "; ".join(_WHY_NONE[fault] for fault in result.faults)
    return [f"no number: {why or 'the channels it names hold no value there'}"]


def write_csv(document: dict[str, Any], out: TextIO) -> None:
    """Write one row per value: lap, place and time of a lap, or session time."""
    import pandas as pd

    rows = document.get("laps", [document])
    columns = ("lap", "distance_m", "time_s", "values")
    frames = [pd.DataFrame({name: row[name] for name in columns if name in row}) for row in rows]
    table = pd.concat(frames, ignore_index=True).rename(columns={"values": "value"})
    table.to_csv(out, index=False, lineterminator="\n")


def _series(values: FloatArray) -> dict[str, Any]:
    return _range(values) | {"values": _numbers(values)}


def _range(values: FloatArray) -> dict[str, Any]:
    known = values[np.isfinite(values)]
    if not known.size:
        return {"n": int(values.size), "n_valid": 0, "min": None, "max": None, "mean": None}
    return {
        "n": int(values.size),
        "n_valid": int(known.size),
        "min": float(known.min()),
        "max": float(known.max()),
        "mean": float(known.mean()),
    }


def _numbers(values: FloatArray | None) -> list[float | None]:
    if values is None:
        return []
    return [None if math.isnan(value) else value for value in values.tolist()]


def math_table(document: dict[str, Any]) -> None:
    """Print the range of a formula, by lap or of the session."""
    console = _console()
    unit = f"  [{document['unit']}]" if document["unit"] else ""
    console.print(escape(f"{document['expression']}{unit}"))
    table = _table(
        ("Lap", "right"), ("Values", "right"), ("Min", "right"), ("Mean", "right"), ("Max", "right")
    )
    for row in document.get("laps", [document]):
        numbers = ["" if row[key] is None else f"{row[key]:.6g}" for key in ("min", "mean", "max")]
        table.add_row(str(row.get("lap", "all")), str(row["n_valid"]), *numbers)
    console.print(table)
    for remark in document["remarks"]:
        console.print(escape(f"{remark[:1].upper()}{remark[1:]}."))


def kept_math_document(channels: Sequence[MathChannel]) -> dict[str, Any]:
    """Return the document of the kept formulas."""
    return {"schema": SCHEMA, "math_channels": [asdict(channel) for channel in channels]}


def kept_math_table(document: dict[str, Any]) -> None:
    """Print the kept formulas."""
    console = _console()
    if not document["math_channels"]:
        console.print("No formulas are kept yet; --save NAME keeps one.")
        return
    table = _table(("Name", "left"), ("Formula", "left"), ("Kept with", "left"))
    for channel in document["math_channels"]:
        place = "the track" if channel["layout_id"] else "the library"
        table.add_row(escape(channel["name"]), escape(channel["expression"]), place)
    console.print(table)
