"""Vehicles: a point mass with grip, power, drag and brakes, and how its cockpit looks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """A point mass with its g-g-v limits.

    Attributes
    ----------
    name : str
    tire_category : str
        Compound of analysis.md section 13.
    mass_kg : float
    power_w : float
        At the wheels [W].
    grip : float
        Friction coefficient mu, the same lengthwise and across.
    ellipse_exponent : float
        p of `(ax/Ax)^p + (ay/Ay)^p = 1`.
    drive_share : float
        Share of the grip that the driven wheels can use.
    brake_limit_mps2 : float
        Most deceleration the brakes can make [m/s2].
    drag_area_m2, lift_area_m2 : float
        C_D A and C_L A (downforce positive) [m2].
    rolling : float
        Rolling resistance coefficient.
    engine_brake_mps2 : float
        Deceleration by the engine with the throttle closed [m/s2].
    gear_speeds_mps : tuple of float
        Speed at the shift engine speed in each gear [m/s].
    idle_rpm, redline_rpm : float
    wheelbase_m, steering_ratio : float
    understeer_rad_per_mps2 : float
        Extra road-wheel angle per lateral acceleration.
    front_load_ratio : float
        Share of the weight on the front axle.
    rear_slip_rad_per_mps2 : float
        Slip angle of the rear tyres per lateral acceleration.
    yaw_inertia_ratio : float
        Yaw inertia over mass times the arms of both axles.
    relaxation_s : float
        Time that tyres take to build their lateral force [s].
    width_m : float
    jerk_limit_mps3 : float
        Most longitudinal jerk of the driver [m/s3].
    """

    name: str
    tire_category: str
    mass_kg: float
    power_w: float
    grip: float
    ellipse_exponent: float = 2.0
    drive_share: float = 0.6
    brake_limit_mps2: float
    drag_area_m2: float
    lift_area_m2: float = 0.0
    rolling: float = 0.015
    engine_brake_mps2: float = 0.6
    gear_speeds_mps: tuple[float, ...]
    idle_rpm: float = 900.0
    redline_rpm: float = 7000.0
    wheelbase_m: float = 2.6
    steering_ratio: float = 15.0
    understeer_rad_per_mps2: float = 0.0015
    front_load_ratio: float = 0.5
    rear_slip_rad_per_mps2: float = 0.006
    yaw_inertia_ratio: float = 1.0
    relaxation_s: float = 0.15
    width_m: float = 1.8
    jerk_limit_mps3: float = 25.0

    @property
    def front_arm_m(self) -> float:
        """Distance from the centre of mass to the front axle [m]."""
        return (1.0 - self.front_load_ratio) * self.wheelbase_m

    @property
    def rear_arm_m(self) -> float:
        """Distance from the centre of mass to the rear axle [m]."""
        return self.front_load_ratio * self.wheelbase_m

    @property
    def axle_stiffness_mps2(self) -> tuple[float, float]:
        """Lateral force per mass and slip angle of the front and the rear axle [m/s2 per rad]."""
        front_slip = self.rear_slip_rad_per_mps2 + self.understeer_rad_per_mps2
        rear_load = 1.0 - self.front_load_ratio
        return self.front_load_ratio / front_slip, rear_load / self.rear_slip_rad_per_mps2

    @property
    def yaw_inertia_m2(self) -> float:
        """Square of the radius of gyration about the vertical axis [m2]."""
        return self.yaw_inertia_ratio * self.front_arm_m * self.rear_arm_m


VEHICLES: dict[str, Vehicle] = {
    vehicle.name: vehicle
    for vehicle in (
        Vehicle(
            name="kart", tire_category="slick", mass_kg=170.0, power_w=20_000.0, grip=1.60,
            drive_share=0.62, brake_limit_mps2=9.0, drag_area_m2=0.75, rolling=0.02,
            engine_brake_mps2=1.2, gear_speeds_mps=(33.0,), idle_rpm=2500.0, redline_rpm=14000.0,
            wheelbase_m=1.05, steering_ratio=1.5, relaxation_s=0.05, width_m=1.4,
        ),
        Vehicle(
            name="hatch", tire_category="street", mass_kg=1250.0, power_w=94_000.0, grip=0.90,
            ellipse_exponent=1.8, drive_share=0.56, brake_limit_mps2=9.0, drag_area_m2=0.70,
            gear_speeds_mps=(14.0, 24.0, 34.0, 44.0, 54.0, 64.0), redline_rpm=6500.0,
        ),
        Vehicle(
            name="road", tire_category="endurance_200tw", mass_kg=1450.0, power_w=170_000.0,
            grip=1.00, drive_share=0.62, brake_limit_mps2=10.5, drag_area_m2=0.68,
            lift_area_m2=0.05, gear_speeds_mps=(17.0, 29.0, 40.0, 51.0, 62.0, 74.0),
        ),
        Vehicle(
            name="gt", tire_category="slick", mass_kg=1300.0, power_w=323_000.0, grip=1.42,
            ellipse_exponent=2.3, drive_share=0.65, brake_limit_mps2=17.0, drag_area_m2=0.95,
            lift_area_m2=2.2, gear_speeds_mps=(24.0, 34.0, 45.0, 56.0, 68.0, 82.0),
            redline_rpm=8200.0, idle_rpm=1200.0, steering_ratio=12.0,
            rear_slip_rad_per_mps2=0.004, relaxation_s=0.08, width_m=2.0,
        ),
        Vehicle(
            name="formula", tire_category="slick", mass_kg=720.0, power_w=520_000.0, grip=1.60,
            ellipse_exponent=2.1, drive_share=0.65, brake_limit_mps2=38.0, drag_area_m2=1.05,
            lift_area_m2=3.6, gear_speeds_mps=(25.0, 35.0, 45.0, 55.0, 65.0, 76.0, 88.0, 100.0),
            redline_rpm=11500.0, idle_rpm=3500.0, wheelbase_m=3.3, steering_ratio=9.0,
            understeer_rad_per_mps2=0.0008, rear_slip_rad_per_mps2=0.0022, relaxation_s=0.08,
            width_m=2.0,
        ),
        Vehicle(
            name="sim-gt3", tire_category="slick", mass_kg=1330.0, power_w=365_000.0, grip=1.50,
            ellipse_exponent=2.2, drive_share=0.66, brake_limit_mps2=18.0, drag_area_m2=1.05,
            lift_area_m2=2.6, gear_speeds_mps=(26.0, 36.0, 46.0, 57.0, 69.0, 80.0),
            redline_rpm=7800.0, idle_rpm=1300.0, steering_ratio=12.5,
            rear_slip_rad_per_mps2=0.0038, relaxation_s=0.08, width_m=2.0,
        ),
    )
}  # fmt: skip
"""Presets by name."""
