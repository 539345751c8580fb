"""A car as a point mass with tyres: what its speed along a path depends on."""

from __future__ import annotations

from dataclasses import dataclass

from apexlab_desktop.analysis.config import STANDARD_GRAVITY_MPS2

SEA_LEVEL_AIR_KGPM3 = 1.225


@dataclass(frozen=True, slots=True, kw_only=True)
class Tyre:
    """A compound as the speed profile needs it (analysis.md 13).

    Attributes
    ----------
    mu : float
        Friction coefficient across at a load of one weight.
    ellipse_exponent : float
        e of `(ax/ax_max)^e + (ay/ay_max)^e = 1`.
    load_exponent : float
        p of `mu(n) = mu n^(p-1)`, n being the normal load over the weight.
    brake_ratio : float
        Grip in braking over grip across.
    slip_rad : float
        Slip angle at the limit: the tyre then drags by its sine times the lateral force [rad].
    """

    mu: float
    ellipse_exponent: float = 2.0
    load_exponent: float = 1.0
    brake_ratio: float = 1.0
    slip_rad: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PointMass:
    """A car on its tyres.

    Attributes
    ----------
    mass_kg : float
        With driver and fuel [kg].
    power_w : float
        At the wheels [W].
    tyre : Tyre
    drag_area_m2, lift_area_m2 : float
        C_D A, and C_L A with downforce positive [m2].
    driven_share : float
        Share of the weight on the driven wheels at rest; 1 with all wheels driven.
    transfer_ratio : float
        Height of the centre of mass over the wheelbase, positive where acceleration loads the
        driven wheels, negative where it relieves them, 0 with all wheels driven.
    rolling : float
        Rolling resistance coefficient.
    air_kgpm3 : float
        Density of the air [kg/m3].
    """

    mass_kg: float
    power_w: float
    tyre: Tyre
    drag_area_m2: float = 0.0
    lift_area_m2: float = 0.0
    driven_share: float = 1.0
    transfer_ratio: float = 0.0
    rolling: float = 0.015
    air_kgpm3: float = SEA_LEVEL_AIR_KGPM3

    @property
    def drag_per_m(self) -> float:
        """Return drag over weight and squared speed [s2/m2]."""
        return 0.5 * self.air_kgpm3 * self.drag_area_m2 / self.mass_kg / STANDARD_GRAVITY_MPS2

    @property
    def downforce_per_m(self) -> float:
        """Return downforce over weight and squared speed [s2/m2]."""
        return 0.5 * self.air_kgpm3 * self.lift_area_m2 / self.mass_kg / STANDARD_GRAVITY_MPS2

    @property
    def traction_share(self) -> float:
        """Return the share of the whole grip that the driven wheels have while they push.

        With the share s at rest and the transfer t, `a = mu (s + t a)`: `a = mu s / (1 - mu t)`.
        """
        relief = 1.0 - self.tyre.mu * self.transfer_ratio
        return min(self.driven_share / relief, 1.0) if relief > 0.0 else 1.0
