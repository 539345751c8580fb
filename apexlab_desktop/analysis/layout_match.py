"""Which layout a lap was driven on: by place, shape, coverage, length and direction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis import geo
from apexlab_desktop.analysis.layout_geometry import GroundLine, foot_of, of_shape
from apexlab_desktop.analysis.layout_values import LapShape, Layout
from apexlab_desktop.analysis.types import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutMatchConfig:
    """Thresholds (analysis.md 25, algorithms.md 3.4)."""

    centre_m: float = 5_000.0
    """Layouts whose middle is farther off are not looked at."""
    length_ratio: float = 0.03
    mean_distance_m: float = 12.0
    p95_distance_m: float = 25.0
    coverage: float = 0.95
    """Least share of either line that has the other beside it."""
    beside_m: float = 25.0
    direction_share: float = 0.9
    """Least share of the lap that goes the way of the layout."""
    sure: float = 0.6
    """Below this the user is asked."""
    apart: float = 0.1
    """So is it where another layout is nearly as good."""
    n_probes: int = 160
    line_step_m: float = 8.0
    """Points of the line that is compared with; between them it is straight."""
    most_line_points: int = 2_000


DEFAULT_MATCH = LayoutMatchConfig()
_FAR = 4.0
_LOSS_AT_LIMIT = 0.4
"""A measure at its limit takes this share of the confidence; half way there a quarter of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutCandidate:
    """A layout beside a lap.

    Attributes
    ----------
    layout_id : str
    confidence : float
        0 to 1; 0 where a limit is broken.
    is_reversed : bool
        Same line the other way round: never the layout of the lap.
    mean_distance_m, p95_distance_m : float
        From the lap to the layout's line [m].
    coverage : float
        Smaller one of the shares of both lines that have the other beside them.
    length_ratio : float
        Length of the lap over that of the layout.
    """

    layout_id: str
    confidence: float
    is_reversed: bool
    mean_distance_m: float
    p95_distance_m: float
    coverage: float
    length_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutMatch:
    """What a lap was driven on, as far as the library knows.

    Attributes
    ----------
    layout_id : str or None
        None where no layout fits, or where the user has to say which.
    confidence : float
    candidates : tuple of LayoutCandidate
        All that are possible, best first.
    reversed_of : str or None
        Layout that was driven the other way round.
    """

    layout_id: str | None
    confidence: float = 0.0
    candidates: tuple[LayoutCandidate, ...] = ()
    reversed_of: str | None = None

    @property
    def is_unsure(self) -> bool:
        """Whether something fits and the user has to say what."""
        return self.layout_id is None and bool(self.candidates)


def match_layouts(
    shape: LapShape, layouts: Sequence[Layout], config: LayoutMatchConfig = DEFAULT_MATCH
) -> LayoutMatch:
    """Return the layout that a lap was driven on.

    Parameters
    ----------
    shape : LapShape
    layouts : sequence of Layout
        Those near; farther ones are left out by their middle.
    config : LayoutMatchConfig

    Returns
    -------
    LayoutMatch
        Sessions of another layout, of the other direction, or of a track beside never match.
    """
    found = [one for layout in layouts if (one := _candidate(shape, layout, config)) is not None]
    backwards = [one for one in found if one.is_reversed]
    ahead = sorted(
        (one for one in found if not one.is_reversed and one.confidence > 0.0),
        key=lambda one: (-one.confidence, one.layout_id),
    )
    reversed_of = backwards[0].layout_id if backwards and not ahead else None
    if not ahead:
        return LayoutMatch(layout_id=None, reversed_of=reversed_of)
    best = ahead[0]
    is_sure = best.confidence >= config.sure
    if len(ahead) > 1 and ahead[1].confidence >= (1.0 - config.apart) * best.confidence:
        is_sure = False
    return LayoutMatch(
        layout_id=best.layout_id if is_sure else None,
        confidence=best.confidence,
        candidates=tuple(ahead),
    )


def centre_of(shape: LapShape) -> tuple[float, float]:
    """Return the middle of the box around a lap: latitude and longitude [deg]."""
    return _middle(shape.lat_deg), _middle(_unbroken(shape.lon_deg))


def distance_between(
    lat_deg: float, lon_deg: float, other_lat_deg: float, other_lon_deg: float
) -> float:
    """Return how far apart two places of one neighbourhood are [m]."""
    x_m, y_m = geo.to_local(other_lat_deg, other_lon_deg, lat_deg, lon_deg)
    if abs(other_lat_deg - lat_deg) > 1.0:
        return float("inf")
    return float(np.hypot(x_m, y_m))


def _middle(values: FloatArray) -> float:
    return 0.5 * float(values.min() + values.max())


def _unbroken(lon_deg: FloatArray) -> FloatArray:
    """Return longitudes without the jump at the antimeridian [deg]."""
    return np.asarray(lon_deg[0] + geo.wrap_degrees(lon_deg - lon_deg[0]))


def _candidate(
    shape: LapShape, layout: Layout, config: LayoutMatchConfig
) -> LayoutCandidate | None:
    """Return how a layout fits; None where place, kind, length or shape are another's."""
    other = layout.shape
    ratio = shape.length_m / other.length_m
    if shape.is_closed != other.is_closed or abs(ratio - 1.0) > config.length_ratio:
        return None
    centre = centre_of(other)
    if distance_between(*centre, *centre_of(shape)) > config.centre_m:
        return None
    lap, line = (of_shape(one, centre) for one in (shape, other))
    # Each is probed at a few hundred points against the whole of the other.
    there, back = _beside(lap, line, config), _beside(line, lap, config)
    coverage = min(there.coverage, back.coverage)
    if coverage < config.coverage:
        return None
    if there.mean_m > config.mean_distance_m or there.p95_m > config.p95_distance_m:
        return None
    is_ahead = there.share_ahead >= config.direction_share
    is_reversed = there.share_ahead <= 1.0 - config.direction_share
    if not is_ahead and not is_reversed:
        return None
    confidence = (
        trust_in((ratio - 1.0) / config.length_ratio)
        * trust_in(there.mean_m / config.mean_distance_m)
        * trust_in(there.p95_m / config.p95_distance_m)
        * trust_in((1.0 - coverage) / (1.0 - config.coverage))
    )
    return LayoutCandidate(
        layout_id=layout.id,
        confidence=0.0 if is_reversed else confidence,
        is_reversed=is_reversed,
        mean_distance_m=there.mean_m,
        p95_distance_m=there.p95_m,
        coverage=coverage,
        length_ratio=ratio,
    )


def trust_in(share_of_limit: float) -> float:
    """Return what a measure leaves of the confidence, by its share of its limit."""
    return 1.0 - _LOSS_AT_LIMIT * min(share_of_limit**2, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """How one line lies beside another.

    Attributes
    ----------
    mean_m, p95_m : float
        Distance of its points from the other, each at most four times what is beside [m].
    coverage : float
        Share of its points that are beside the other.
    share_ahead : float
        Of those, the share that goes the same way.
    """

    mean_m: float
    p95_m: float
    coverage: float
    share_ahead: float


def _beside(line: GroundLine, other: GroundLine, config: LayoutMatchConfig) -> _Beside:
    probes = line.thinned(config.n_probes)
    n_points = min(int(other.length_m / config.line_step_m) + 2, config.most_line_points)
    foot = foot_of(probes.points, probes.heading_rad, other.thinned(n_points))
    is_beside = foot.distance_m <= config.beside_m
    far_m = np.minimum(foot.distance_m, _FAR * config.beside_m)
    along = np.cos(foot.heading_rad - probes.heading_rad)[is_beside]
    return _Beside(
        mean_m=float(far_m.mean()),
        p95_m=float(np.percentile(far_m, 95.0)),
        coverage=float(is_beside.mean()),
        share_ahead=float(np.mean(along > 0.0)) if along.size else 0.0,
    )
