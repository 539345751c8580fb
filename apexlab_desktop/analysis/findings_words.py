"""Findings in plain words, at the level of the reader. Numbers are SI, glued to their unit."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from apexlab_desktop.analysis.findings_causes import Cause

if TYPE_CHECKING:
    from apexlab_desktop.analysis.findings import Finding, Told
    from apexlab_desktop.analysis.findings_evidence import Proof

_GLUE = "\u00a0"


class Level(StrEnum):
    """Whom the words are for."""

    NOVICE = "novice"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


def words(finding: Finding, proof: Proof, told: Told) -> str:
    """Return what to change, what happens and what it costs.

    Parameters
    ----------
    finding : Finding
    proof : Proof
    told : Told
        The level; and whether pedals were recorded: without them no word about them.
    """
    sentences = [
        f"{_turn(finding)}: {_advice(finding.kind, told)}.",
        _happens(finding, proof, told),
        _costs(finding, told),
        "" if finding.is_significant else "It may still be chance: drive more laps to be sure.",
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _turn(finding: Finding) -> str:
    name = f", {finding.corner_name}" if finding.corner_name else ""
    return f"Turn {finding.corner_number}{name}"


def _advice(kind: Cause, told: Told) -> str:
    match kind:
        case Cause.BRAKE_EARLY:
            return "brake later" if told.has_brake else "start slowing down later"
        case Cause.MIN_SPEED:
            return "carry more speed through the slowest part"
        case Cause.THROTTLE_LATE:
            return (
                "open the throttle sooner"
                if told.has_throttle
                else "accelerate sooner after the slowest part"
            )
        case Cause.WIDE:
            return "stay closer to the inside"
        case Cause.LIFT:
            return "keep accelerating on the way out"


def _happens(finding: Finding, proof: Proof, told: Told) -> str:
    """Return what differs between the laps, as far as it was measured."""
    against = f"than on {lap_words(finding.good_laps)}"
    where = f"On {lap_words(finding.laps)}"
    difference = _difference(finding.kind, proof, told)
    if finding.kind is Cause.LIFT:
        otherwise = lap_words(finding.good_laps)
        return f"{where} you stop accelerating on the way out, unlike on {otherwise}."
    if not difference:
        return f"{where} you lose time here."
    more = ""
    if told.level is not Level.NOVICE and proof.exit_slower_mps and proof.exit_slower_mps > 0.3:
        more = f", and leave the corner {_number(proof.exit_slower_mps, 'm/s')} slower"
    return f"{where} you {difference} {against}{more}."


def _difference(kind: Cause, proof: Proof, told: Told) -> str:
    earlier, slower = proof.slowing_earlier_m, proof.slower_mps
    later, wider = proof.pickup_later_s, proof.wider_m
    if kind is Cause.BRAKE_EARLY and earlier is not None and earlier > 0.5:
        verb = "brake" if told.has_brake else "slow down"
        return f"{verb} {_number(earlier, 'm', 0)} earlier"
    if kind is Cause.MIN_SPEED and slower is not None and slower > 0.05:
        return f"are {_number(slower, 'm/s')} slower at the slowest point"
    if kind is Cause.THROTTLE_LATE and later is not None and later > 0.05:
        return f"get back up to speed {_number(later, 's')} later"
    if kind is Cause.WIDE and wider is not None and wider > 0.0:
        return f"are {_number(wider, 'm')} farther out at the apex"
    return ""


def _costs(finding: Finding, told: Told) -> str:
    cost = _number(finding.time_cost_s, "s", 2)
    n, of = len(finding.laps), len(finding.laps) + len(finding.good_laps)
    text = f"That costs {cost} each time, on {n} of {of} laps"
    if told.level is Level.ADVANCED:
        low, high = finding.time_cost_low_s, finding.time_cost_high_s
        text += f" (90{_GLUE}% interval {low:.2f} to {_number(high, 's', 2)})"
    return text + "."


def lap_words(laps: Sequence[int]) -> str:
    """Return `lap 3`, `laps 3 and 5`, or `laps 3, 5, 6 and 9`."""
    numbers = [str(lap) for lap in laps]
    if len(numbers) < 2:
        return f"lap {''.join(numbers)}"
    return f"laps {', '.join(numbers[:-1])} and {numbers[-1]}"


def _number(value: float, unit: str, decimals: int = 1) -> str:
    return f"{value:.{decimals}f}{_GLUE}{unit}"
