"""The first page: head, facts, lap table and receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from apexlab_desktop.analysis.channels import CATALOGUE
from apexlab_desktop.analysis.types import (
    AnalysedSession,
    BoundaryReason,
    DataQuality,
    Lap,
    LapKind,
    Notice,
    Trajectory,
)
from apexlab_desktop.formatting import DASH, lap_time, plain, signed
from apexlab_desktop.notice_titles import title_of
from apexlab_desktop.report.measures import NO_BREAK_SPACE, Measures, measures_of
from apexlab_desktop.report.page_model import Fact, LapRow, LapsPage, NoticeRow, Tile, Tone
from apexlab_desktop.report.report_input import ReportInput
from apexlab_desktop.report.words import (
    MOST_DETAIL,
    MOST_FACT,
    MOST_LABEL,
    MOST_NOTE,
    SEVERITIES,
    brief,
    clean,
    date,
    lap_status,
    quality_words,
    sentence,
)

SHORT_HASH = 12
MARKED_GAP_S = 1.0
"""Only a gap above this is coloured (design system 2.3) ..."""
N_MARKED_GAPS = 3
"""... and only the largest few of them: a table full of red says nothing."""
_N_DETAILS = 3


def laps_page(report: ReportInput, slots: Mapping[Lap, int]) -> LapsPage:
    """Return the first page; `slots` are the colours of the laps in the comparison."""
    session, measures = report.session, measures_of(report.units)
    compared = report.comparison.notices if report.comparison else ()
    return LapsPage(
        note=brief(session.raw.metadata.get("note", ""), MOST_NOTE),
        facts=_facts(report),
        tiles=_tiles(session, measures),
        lap_note=_lap_note(session.laps),
        laps=_rows(session, measures, slots),
        notices=_notices((*session.notices, *compared)),
    )


def top_speed_mps(trajectory: Trajectory | None, lap: Lap) -> float | None:
    """Return the highest speed sampled within a lap [m/s], None when there is none."""
    if trajectory is None:
        return None
    first, last = np.searchsorted(trajectory.time_s, (lap.start_s, lap.end_s))
    return _highest(trajectory, slice(int(first), int(last)))


def _highest(trajectory: Trajectory, part: slice) -> float | None:
    speed = trajectory.speed_mps[part]
    speed = speed[np.isfinite(speed)]
    return float(speed.max()) if speed.size else None


def _facts(report: ReportInput) -> tuple[Fact, ...]:
    raw = report.session.raw
    words = {key: brief(value, MOST_FACT) for key, value in raw.metadata.items()}
    recorder = f"{raw.format} {raw.format_version}".strip()
    rows = (
        ("Date", date(raw.start_time_utc)),
        ("Driver", words.get("driver", "")),
        ("Vehicle", words.get("vehicle", "")),
        ("Session", words.get("session_type", "")),
        ("File", brief(report.file_name, MOST_FACT)),
        ("Format", brief(recorder, MOST_FACT)),
        ("SHA-256", f"{report.sha256[:SHORT_HASH]}…" if report.sha256 else ""),
    )
    return tuple(Fact(label, value) for label, value in rows if value)


def _tiles(session: AnalysedSession, measures: Measures) -> tuple[Tile, ...]:
    return (
        _best_tile(session),
        _clean_tile(session.laps),
        _quality_tile(session.quality),
        _top_speed_tile(session, measures),
        _length_tile(session, measures),
        _rate_tile(session.trajectory, is_sim=session.raw.is_sim),
    )


def _best_tile(session: AnalysedSession) -> Tile:
    best = session.best_lap
    if best is None:
        return Tile(label="Best lap", value=DASH, detail="no clean lap")
    sigma = best.lap_time_sigma_s
    spread = f", ±{sigma:.3f}{NO_BREAK_SPACE}s one sigma" if sigma is not None else ""
    return Tile(
        label="Best lap",
        value=lap_time(best.lap_time_s),
        detail=f"lap{NO_BREAK_SPACE}{best.number}{spread}",
        tone=Tone.BEST,
    )


def _clean_tile(laps: Sequence[Lap]) -> Tile:
    n_clean = sum(lap.is_clean for lap in laps)
    n_valid = sum(lap.is_valid and lap.kind is LapKind.TIMED for lap in laps)
    n_timed = sum(lap.kind is LapKind.TIMED for lap in laps)
    if not n_timed:
        detail = "no timed lap" if laps else "no laps in the recording"
        return Tile(label="Clean laps", value=DASH, detail=detail)
    return Tile(label="Clean laps", value=f"{n_clean} of {n_timed}", detail=f"{n_valid} valid")


def _quality_tile(quality: DataQuality) -> Tile:
    parts = (
        "" if quality.score is None else f"{quality.score:.0f} of 100",
        f"signal class {quality.signal_class}" if quality.signal_class else "",
        brief("; ".join(map(quality_words, quality.reasons)), MOST_DETAIL),
    )
    return Tile(
        label="Data quality",
        value=DASH if quality.score is None else quality.grade,
        detail="; ".join(part for part in parts if part),
    )


def _top_speed_tile(session: AnalysedSession, measures: Measures) -> Tile:
    trajectory = session.trajectory
    speeds = [(top_speed_mps(trajectory, lap), lap) for lap in session.laps]
    known = [(speed, lap) for speed, lap in speeds if speed is not None]
    valid = [pair for pair in known if pair[1].is_valid]
    if valid or known:
        speed, lap = max(valid or known, key=lambda pair: pair[0])
        detail = f"lap{NO_BREAK_SPACE}{lap.number}"
        return Tile(label="Top speed", value=measures.speed(speed), detail=detail)
    whole = _highest(trajectory, slice(None)) if trajectory else None
    detail = "whole recording" if whole is not None else "no speed in the file"
    return Tile(label="Top speed", value=measures.speed(whole), detail=detail)


def _length_tile(session: AnalysedSession, measures: Measures) -> Tile:
    lengths = [lap.length_m for lap in session.laps if lap.is_valid and lap.length_m is not None]
    if not lengths:
        return Tile(label="Lap length", value=DASH, detail="no valid lap with a length")
    plural = "s" if len(lengths) > 1 else ""
    return Tile(
        label="Lap length",
        value=measures.length(float(np.median(lengths))),
        detail=f"median of {len(lengths)} valid lap{plural}",
    )


def _rate_tile(trajectory: Trajectory | None, *, is_sim: bool) -> Tile:
    if trajectory is None:
        return Tile(label="Data rate", value=DASH, detail="neither position nor speed in the file")
    rate = f"{plain(trajectory.rate_hz, 1).removesuffix('.0')}{NO_BREAK_SPACE}Hz"
    if not np.isfinite(trajectory.x_m).any():
        return Tile(label="Data rate", value=rate, detail="no position; distance from speed")
    if is_sim:
        return Tile(label="Data rate", value=rate, detail="the sim's own position")
    sigma = trajectory.position_sigma_m
    spread = f"position ±{sigma:.1f}{NO_BREAK_SPACE}m one sigma" if np.isfinite(sigma) else ""
    return Tile(label="GPS rate", value=rate, detail=spread)


def _lap_note(laps: Sequence[Lap]) -> str:
    timed = sum(lap.kind is LapKind.TIMED for lap in laps)
    by_vendor = any(BoundaryReason.VENDOR in (lap.start_reason, lap.end_reason) for lap in laps)
    source = "split by the file's own markers" if by_vendor else "split at the start line"
    laps_word = "lap" if len(laps) == 1 else "laps"
    return f"{len(laps)} {laps_word}, {timed} timed; {source}; grey does not count" if laps else ""


def _rows(
    session: AnalysedSession, measures: Measures, slots: Mapping[Lap, int]
) -> tuple[LapRow, ...]:
    best = session.best_lap
    gaps = {lap: _gap_s(lap, best) for lap in session.laps}
    marked = _marked_gaps(gaps)
    return tuple(
        LapRow(
            number=str(lap.number),
            slot=slots.get(lap),
            time=lap_time(lap.lap_time_s),
            gap="best" if lap == best else signed(gaps[lap], 3),
            length=measures.length(lap.length_m),
            top_speed=measures.speed(top_speed_mps(session.trajectory, lap)),
            status=lap_status(lap),
            time_tone=Tone.BEST if lap == best else Tone.PLAIN,
            gap_tone=_gap_tone(lap, best, marked),
            row_tone=Tone.PLAIN if lap.is_valid else Tone.MUTED,
        )
        for lap in session.laps
    )


def _gap_s(lap: Lap, best: Lap | None) -> float | None:
    if best is None or best.lap_time_s is None or lap.lap_time_s is None:
        return None
    return lap.lap_time_s - best.lap_time_s


def _marked_gaps(gaps: Mapping[Lap, float | None]) -> set[Lap]:
    wide = [
        (gap, lap)
        for lap, gap in gaps.items()
        if gap is not None and gap > MARKED_GAP_S and lap.is_valid
    ]
    largest = sorted(wide, key=lambda pair: -pair[0])[:N_MARKED_GAPS]
    return {lap for _gap, lap in largest}


def _gap_tone(lap: Lap, best: Lap | None, marked: set[Lap]) -> Tone:
    if lap == best:
        return Tone.BEST
    return Tone.SLOWER if lap in marked else Tone.PLAIN


def _notices(notices: Sequence[Notice]) -> tuple[NoticeRow, ...]:
    """Return one row per notice code, worst first, codes in the order they came."""
    by_code: dict[tuple[int, str], list[Notice]] = {}
    order = list(SEVERITIES)
    for notice in notices:
        by_code.setdefault((order.index(notice.severity), notice.code), []).append(notice)
    return tuple(_notice_row(by_code[key]) for key in sorted(by_code, key=lambda key: key[0]))


def _notice_row(group: Sequence[Notice]) -> NoticeRow:
    firsts = [notice.first_s for notice in group if notice.first_s is not None]
    lasts = [notice.last_s for notice in group if notice.last_s is not None]
    return NoticeRow(
        severity=group[0].severity,
        severity_word=SEVERITIES[group[0].severity],
        text=_notice_text(group),
        place=_place(min(firsts, default=None), max(lasts, default=None)),
        count=f"{sum(notice.count for notice in group):,}",
    )


def _notice_text(group: Sequence[Notice]) -> str:
    """Return the title and the details, the first few when many notices share a code."""
    title = clean(title_of(group[0].code))
    said = {"", title.casefold()}
    words = [w for w in dict.fromkeys(map(_one_notice, group)) if w.casefold() not in said]
    more = len(words) - _N_DETAILS
    shown = [title, *words[:_N_DETAILS], *([f"and {more} more of this kind"] if more > 0 else [])]
    return " ".join(map(sentence, shown))


def _one_notice(notice: Notice) -> str:
    text = brief(notice.detail, MOST_DETAIL)
    info = CATALOGUE.get(notice.channel)
    channel = info.label if info else brief(notice.channel, MOST_LABEL)
    if not channel or channel.casefold() in text.casefold():
        return text
    return f"{channel}: {text}" if text else channel


def _place(first_s: float | None, last_s: float | None) -> str:
    if first_s is None:
        return ""
    first = lap_time(first_s)[:-2]
    last = lap_time(last_s)[:-2] if last_s is not None else first
    return first if last == first else f"{first} to {last}"
