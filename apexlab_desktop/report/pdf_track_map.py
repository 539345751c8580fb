"""The track map on paper."""

from __future__ import annotations

import numpy as np

from apexlab_desktop.analysis.types import FloatArray
from apexlab_desktop.report.page_model import TrackMap
from apexlab_desktop.report.palette import N_RAMP_BINS, PAPER, bin_share, ramp_colour
from apexlab_desktop.report.pdf_marks import Anchor, Box, Mark, Stroke, Words
from apexlab_desktop.report.pdf_plots import Frame

EDGE_PEN, SPEED_PEN, START_PEN = 5.0, 2.6, 1.6
_SCALE_WIDTH, _SCALE_HEIGHT = 108.0, 4.0
_SCALE_ROOM = 26.0
_INSET = 8.0
_START_HALF = 6.5
_SIZE = 7.5


def track_map_marks(track: TrackMap, frame: Frame) -> list[Mark]:
    """Return the map, as large as fits into the frame, with its colour scale at the bottom left."""
    fitted = _fitted(track, frame)
    marks: list[Mark] = [
        Stroke(points=fitted.place(run), colour=PAPER.track_edge, width=EDGE_PEN)
        for run in track.edge
    ]
    marks += [
        Stroke(
            points=fitted.place(stretch.points),
            colour=ramp_colour(bin_share(stretch.ramp_bin), PAPER.speed_ramp),
            width=SPEED_PEN,
        )
        for stretch in track.stretches
    ]
    marks.append(_start_bar(track, fitted))
    return marks + _scale(track, frame)


def _fitted(track: TrackMap, frame: Frame) -> Frame:
    """Return the frame of the unit square that centres the line in what the scale leaves free."""
    width, height = frame.width - 2.0 * _INSET, frame.height - _SCALE_ROOM - 2.0 * _INSET
    size = min(width / (track.width or 1e-9), height / (track.height or 1e-9))
    size = min(size, max(width, height))
    left = frame.x + _INSET + (width - size * track.width) / 2.0
    bottom = frame.y + _INSET + height - (height - size * track.height) / 2.0
    return Frame(x=left, y=bottom - size, width=size, height=size)


def _start_bar(track: TrackMap, fitted: Frame) -> Stroke:
    (place,) = fitted.place(np.array((track.start,), dtype=np.float64))
    east, north = track.direction
    # Across the driving direction; y points down on the page.
    across = np.array((north, east)) * _START_HALF
    ends: FloatArray = np.stack((place - across, place + across))
    return Stroke(points=ends, colour=PAPER.text, width=START_PEN, is_round=False)


def _scale(track: TrackMap, frame: Frame) -> list[Mark]:
    top = frame.y + frame.height - _SCALE_HEIGHT - 2.0
    step = _SCALE_WIDTH / N_RAMP_BINS
    marks: list[Mark] = [
        Box(
            x=frame.x + index * step,
            y=top,
            width=step + 0.2,  # no hairline of paper between the steps
            height=_SCALE_HEIGHT,
            colour=ramp_colour(bin_share(index), PAPER.speed_ramp),
        )
        for index in range(N_RAMP_BINS)
    ]
    places = ((0.0, Anchor.START), (0.5, Anchor.MIDDLE), (1.0, Anchor.END))
    marks += [
        Words(
            x=frame.x + share * _SCALE_WIDTH,
            y=top - 4.0,
            text=label,
            size=_SIZE,
            colour=PAPER.secondary,
            anchor=anchor,
        )
        for label, (share, anchor) in zip(track.scale, places, strict=True)
    ]
    return marks
