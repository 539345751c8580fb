"""The parametric tracks: own shapes, no copied data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from apexlab_desktop.synth.elements import Bend, Element, Straight, close, corner


@dataclass(frozen=True, slots=True)
class Crest:
    """A local rise (or dip when negative) added to the elevation: `height (1 - u^2)^4`, u in -1..1.

    Attributes
    ----------
    at_ratio : float
        Place of its top as a share of the length.
    height_m, half_length_m : float
    """

    at_ratio: float
    height_m: float
    half_length_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PitLane:
    """Pit lane: a branch parallel to the start straight.

    Attributes
    ----------
    entry_m, exit_m : float
        Stations where it leaves and meets the track; entry is negative (before the line) [m].
    blend_m : float
        Length of each connecting curve [m].
    offset_m : float
        Lateral offset from the centreline, left positive [m].
    limit_mps : float
        Speed limit [m/s].
    start_box_m, stop_box_m : float
        Stations of the boxes: behind the line for leaving, before it for stopping [m].
    """

    entry_m: float
    exit_m: float
    blend_m: float
    offset_m: float
    limit_mps: float
    start_box_m: float
    stop_box_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Recipe of a track.

    Attributes
    ----------
    name, title : str
        Word on the command line; words for people.
    elements : tuple of Straight or Bend
        From the start line on for closed tracks.
    length_m : float or None
        Length to close at [m].
    is_closed : bool
    start_m, run_off_m : float
        Open tracks: road before the start line and after the finish line [m].
    width_m : float
    line_half_width_m : float
        Half the length of the start line [m].
    harmonics : tuple of (amplitude_m, order, phase_rad)
        Elevation as cosines of the lap.
    rise_m : float
        Open tracks: height gained [m].
    crests : tuple of Crest
    pit : PitLane or None
    lat_deg, lon_deg : float
        Origin of the local plane at the first element's start (places without a race track).
    bearing_deg : float
        Compass direction of the first element [deg].
    vehicle : str
        Preset that fits.
    step_m : float
        Spacing for lines and speed profiles [m].
    """

    name: str
    title: str
    elements: tuple[Element, ...]
    length_m: float | None = None
    is_closed: bool = True
    start_m: float = 0.0
    run_off_m: float = 0.0
    width_m: float
    line_half_width_m: float = 15.0
    harmonics: tuple[tuple[float, int, float], ...] = ()
    rise_m: float = 0.0
    crests: tuple[Crest, ...] = ()
    pit: PitLane | None = None
    lat_deg: float
    lon_deg: float
    bearing_deg: float
    vehicle: str
    step_m: float = 1.0


def _kart_bowl() -> Layout:
    elements = (
        Straight(60), corner(20, 90, 6),
        Straight(50), corner(15, 90, 6),
        Straight(60), corner(9, -180, 5),
        Straight(50), corner(12, 90, 5),
        Straight(25), corner(14, 90, 5),
        Straight(110), corner(12, 45, 4, complex_id=1),
        Straight(12, 0), corner(12, -45, 4, complex_id=1),
        Straight(40), corner(16, 90, 6),
        Straight(60), corner(25, 90, 8),
        Straight(60),
    )  # fmt: skip
    return Layout(
        name="kart-bowl",
        title="Kart Bowl",
        elements=close(elements, length_m=950.0),
        width_m=8.0,
        line_half_width_m=8.0,
        pit=PitLane(
            entry_m=-55,
            exit_m=50,
            blend_m=22,
            offset_m=7,
            limit_mps=8,
            start_box_m=12,
            stop_box_m=-14,
        ),
        lat_deg=51.2184,
        lon_deg=6.9127,
        bearing_deg=63.0,
        vehicle="kart",
        step_m=0.5,
    )


def _club_short() -> Layout:
    elements = (
        Straight(200, 0), corner(35, -90, 18),
        Straight(80), corner(50, 60, 18),
        Straight(70, 0), corner(25, -100, 14),
        Straight(250), Bend((40, 90, 32), (-65, -25, -60), (18, 14, 14, 16)),
        Straight(40), corner(45, 100, 18),
        Straight(250), corner(120, -40, 25),
        Straight(90), corner(70, 30, 18),
        Straight(60), corner(18, -170, 12),
        Straight(250, 0),
    )  # fmt: skip
    return Layout(
        name="club-short",
        title="Club Short",
        elements=close(elements, length_m=2100.0),
        width_m=10.0,
        harmonics=((7.0, 1, 0.6), (1.2, 2, 2.0), (0.4, 3, 4.0)),
        pit=PitLane(
            entry_m=-200,
            exit_m=150,
            blend_m=60,
            offset_m=-12,
            limit_mps=15,
            start_box_m=40,
            stop_box_m=-60,
        ),
        lat_deg=52.0613,
        lon_deg=-1.4872,
        bearing_deg=74.0,
        vehicle="road",
    )


def _club_long() -> Layout:
    elements = (
        Straight(220), corner(40, -90, 20),
        Straight(140), corner(70, 50, 20, complex_id=1),
        Straight(12, 0), corner(60, -70, 20, complex_id=1),
        Straight(12, 0), corner(55, 60, 18, complex_id=1),
        Straight(12, 0), corner(50, -80, 18, complex_id=1),
        Straight(12, 0), corner(60, 60, 18, complex_id=1),
        Straight(150), corner(30, -110, 16, bank_deg=4.0),
        Straight(300), corner(400, 20, 40),
        Straight(220), Bend((45,), (-270,), (22, 10)), corner(15, 120, 8),
        Straight(200), corner(35, 130, 16),
        Straight(180), corner(40, -90, 18, bank_deg=4.0),
        Straight(180), corner(60, 45, 18),
        Straight(70), corner(30, -135, 16),
        Straight(380),
    )  # fmt: skip
    return Layout(
        name="club-long",
        title="Club Long",
        elements=close(elements, length_m=3700.0),
        width_m=11.0,
        harmonics=((9.0, 1, 1.1), (3.0, 2, 0.3), (1.0, 3, 2.2)),
        crests=(Crest(0.41, 3.0, 120.0),),
        pit=PitLane(
            entry_m=-260,
            exit_m=170,
            blend_m=70,
            offset_m=-13,
            limit_mps=16.6,
            start_box_m=50,
            stop_box_m=-80,
        ),
        lat_deg=-37.5186,
        lon_deg=175.3041,
        bearing_deg=18.0,
        vehicle="road",
    )


_GRAND_FULL: tuple[Element, ...] = (
    Straight(450, 0), corner(30, -100, 18),
    Straight(200), corner(80, 50, 24),
    Straight(120), corner(70, -60, 22),
    Straight(200), corner(45, -70, 20),
    Straight(400), corner(17.2, 180, 11),
    Straight(400), corner(50, -90, 20),
    Straight(250), corner(60, -90, 22),
    Straight(500), corner(150, 40, 30),
    Straight(150), corner(40, -85, 18),
    Straight(200), corner(60, 60, 20),
    Straight(60), corner(55, -75, 20),
    Straight(150), corner(120, -30, 28),
    Straight(250), corner(70, 60, 22, complex_id=1),
    Straight(60), corner(60, -60, 22, complex_id=1),
    Straight(200), corner(100, 30, 26),
    Straight(80), corner(35, -120, 18),
    Straight(600, 0),
)  # fmt: skip


def _grand_elements() -> tuple[Element, ...]:
    return close(_GRAND_FULL, length_m=5400.0)


def _grand(name: str, title: str, elements: tuple[Element, ...]) -> Layout:
    return Layout(
        name=name,
        title=title,
        elements=elements,
        width_m=13.0,
        harmonics=((12.0, 1, 2.0), (4.0, 2, 1.0), (1.5, 3, 0.0)),
        pit=PitLane(
            entry_m=-330,
            exit_m=260,
            blend_m=80,
            offset_m=-14,
            limit_mps=22.2,
            start_box_m=60,
            stop_box_m=-90,
        ),
        lat_deg=44.8369,
        lon_deg=11.0215,
        bearing_deg=104.0,
        vehicle="gt",
    )


def _grand_circuit() -> Layout:
    return _grand("grand-circuit", "Grand Circuit", _grand_elements())


def _grand_short() -> Layout:
    """Leave the long layout on the straight behind its third corner and rejoin in the south."""
    full = _grand_elements()
    fixed = [replace(e, stretch=0.0) if isinstance(e, Straight) else e for e in full]
    link = (Straight(300.0), corner(55, -70, 20), Straight(400.0))
    elements = (*fixed[:6], *link, *fixed[15:])
    return _grand("grand-circuit-short", "Grand Circuit Short", close(elements, length_m=None))


def _hill_eight() -> Layout:
    elements = (
        Straight(120), Straight(220), corner(45, 110, 20),
        Straight(80), corner(60, -40, 18),
        Straight(60), corner(30, 110, 16),
        Straight(230), corner(40, 90, 18),
        Straight(330), corner(40, -90, 18),
        Straight(200), corner(25, -120, 14),
        Straight(110), corner(50, 60, 18),
        Straight(90), corner(35, -120, 16),
        Straight(150),
    )  # fmt: skip
    return Layout(
        name="hill-eight",
        title="Hill Eight",
        elements=close(elements, length_m=2600.0),
        width_m=9.0,
        harmonics=((6.0, 1, 3.1), (1.0, 2, 0.5), (0.5, 3, 1.0)),
        pit=PitLane(
            entry_m=-135,
            exit_m=70,
            blend_m=45,
            offset_m=-11.5,
            limit_mps=12,
            start_box_m=12,
            stop_box_m=-40,
        ),
        lat_deg=46.6871,
        lon_deg=14.2307,
        bearing_deg=321.0,
        vehicle="hatch",
    )


def _hill_climb() -> Layout:
    elements = (
        Straight(110), corner(60, 40, 18),
        Straight(90), corner(30, -80, 14),
        Straight(70), corner(12, 170, 8),
        Straight(120), corner(14, -165, 9),
        Straight(140), corner(80, 50, 20),
        Straight(110), corner(45, -70, 18),
        Straight(160), corner(20, 120, 12),
        Straight(90), corner(100, -45, 22),
        Straight(130), corner(35, -60, 14),
        Straight(320),
    )  # fmt: skip
    return Layout(
        name="hill-climb",
        title="Hill Climb",
        elements=elements,
        is_closed=False,
        start_m=30.0,
        run_off_m=150.0,
        width_m=7.0,
        rise_m=110.0,
        lat_deg=42.9914,
        lon_deg=-72.4103,
        bearing_deg=210.0,
        vehicle="hatch",
    )


LAYOUTS: dict[str, Callable[[], Layout]] = {
    "kart-bowl": _kart_bowl,
    "club-short": _club_short,
    "club-long": _club_long,
    "grand-circuit": _grand_circuit,
    "grand-circuit-short": _grand_short,
    "hill-eight": _hill_eight,
    "hill-climb": _hill_climb,
}
"""Name on the command line to the recipe."""
