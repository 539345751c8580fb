"""Session information as iRacing writes it into its files."""

from __future__ import annotations

from apexlab_desktop.synth.session import SyntheticSession

_TEMPLATE = """---
WeekendInfo:
 TrackName: {name}
 TrackID: 9001
 TrackLength: {length_km:.2f} km
 TrackLengthOfficial: {length_km:.2f} km
 TrackDisplayName: {title}
 TrackDisplayShortName: {title}
 TrackConfigName: {config}
 TrackCity: Nowhere
 TrackCountry: Synthetic
 TrackAltitude: 100.00 m
 TrackLatitude: {lat:.6f} m
 TrackLongitude: {lon:.6f} m
 TrackNorthOffset: 1.5708 rad
 TrackNumTurns: {turns}
 TrackPitSpeedLimit: {pit_kph:.2f} kph
 TrackType: road course
 TrackSkies: Partly Cloudy
 TrackSurfaceTemp: 31.00 C
 TrackAirTemp: 22.00 C
 TrackAirPressure: 29.30 Hg
 TrackWindVel: 0.00 m/s
 TrackWindDir: 0.00 rad
 TrackRelativeHumidity: 55 %
 TrackFogLevel: 0 %
 SeriesID: 0
 SeasonID: 0
 SessionID: 0
 SubSessionID: 0
 LeagueID: 0
 Official: 0
 RaceWeek: 0
 EventType: Test
 Category: Road
 SimMode: full
 TeamRacing: 0
 NumCarClasses: 1
 NumCarTypes: 2
 WeekendOptions:
  NumStarters: 0
  StartingGrid: single file
  Date: {date}
  TimeOfDay: {clock}
  IsFixedSetup: 0
 TelemetryOptions:
  TelemetryDiskFile: ""

SessionInfo:
 Sessions:
 - SessionNum: 0
   SessionLaps: unlimited
   SessionTime: unlimited
   SessionNumLapsToAvg: 0
   SessionType: Offline Testing
   SessionTrackRubberState: moderate usage
   SessionName: TESTING
   ResultsOfficial: 0

DriverInfo:
 DriverCarIdx: 4
 DriverUserID: 1
 PaceCarIdx: 0
 DriverCarIdleRPM: {idle:.3f}
 DriverCarRedLine: {redline:.3f}
 DriverCarFuelKgPerLtr: 0.750
 DriverCarFuelMaxLtr: 60.000
 DriverCarMaxFuelPct: 1.000
 DriverCarGearNumForward: {gears}
 DriverPitTrkPct: {pit_pct:.6f}
 DriverCarEstLapTime: {lap_time:.4f}
 DriverSetupName: synthetic.sto
 Drivers:
 - CarIdx: 0
   UserName: Pace Car
   AbbrevName: {nothing}
   Initials: {nothing}
   UserID: -1
   TeamID: 0
   TeamName: Pace Car
   CarNumber: "0"
   CarNumberRaw: 0
   CarPath: safety pcporsche911cup
   CarClassID: 11
   CarID: 91
   CarIsPaceCar: 1
   CarIsAI: 0
   CarScreenName: safety pcporsche911cup
   CarScreenNameShort: safety pcporsche911cup
 - CarIdx: 4
   UserName: Synthetic Driver
   AbbrevName: Driver, S
   Initials: SD
   UserID: 1
   TeamID: 0
   TeamName: Synthetic Driver
   CarNumber: "7"
   CarNumberRaw: 7
   CarPath: {car}
   CarClassID: 0
   CarID: 9001
   CarIsPaceCar: 0
   CarIsAI: 0
   CarScreenName: {car_title}
   CarScreenNameShort: {car_title}

SplitTimeInfo:
 Sectors:
 - SectorNum: 0
   SectorStartPct: 0.000000
 - SectorNum: 1
   SectorStartPct: 0.333333
 - SectorNum: 2
   SectorStartPct: 0.666667

...
"""


def session_yaml(session: SyntheticSession) -> str:
    """Return the session information; the pace car stands before the player, as in real files."""
    track, vehicle, truth = session.track, session.vehicle, session.truth
    times = [lap.lap_time_s for lap in truth.laps if lap.lap_time_s is not None]
    stop_m = track.pit.stop_box_m % track.length_m if track.pit is not None else 0.0
    return _TEMPLATE.format(
        nothing="",
        name=track.name,
        title=track.title,
        config="Reverse" if track.is_reversed else "",
        length_km=track.length_m / 1000.0,
        lat=track.origin_lat_deg,
        lon=track.origin_lon_deg,
        turns=len(track.corners),
        pit_kph=(track.pit.limit_mps if track.pit is not None else 20.0) * 3.6,
        date=session.start_time_utc.strftime("%Y-%m-%d"),
        clock=session.start_time_utc.strftime("%H:%M"),
        idle=vehicle.idle_rpm,
        redline=vehicle.redline_rpm,
        gears=len(vehicle.gear_speeds_mps),
        pit_pct=stop_m / track.length_m,
        lap_time=min(times),
        car=vehicle.name.replace("-", ""),
        car_title=vehicle.name.replace("-", " ").title(),
    )
