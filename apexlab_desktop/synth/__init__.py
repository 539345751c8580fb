"""Sessions with known truth: demo data for users and oracle for tests; knows no `analysis`."""

from __future__ import annotations

from apexlab_desktop.synth.car_sensors import ImuSamples, ImuSettings, ObdSamples, ObdSettings
from apexlab_desktop.synth.driver import EXACT_DRIVER, Driver, Fault, FaultKind
from apexlab_desktop.synth.sensors import NOISES, GpsFixes, Noise
from apexlab_desktop.synth.session import TRACKS, SyntheticSession, generate, usual_laps
from apexlab_desktop.synth.track import Corner, Track, load_track
from apexlab_desktop.synth.truth import CornerEvent, PlantedFault, TrueLap, Truth
from apexlab_desktop.synth.truth_document import truth_document
from apexlab_desktop.synth.vehicles import VEHICLES, Vehicle
from apexlab_desktop.synth.writers import WRITERS, file_bytes, write

__all__ = [
    "EXACT_DRIVER",
    "NOISES",
    "TRACKS",
    "VEHICLES",
    "WRITERS",
    "Corner",
    "CornerEvent",
    "Driver",
    "Fault",
    "FaultKind",
    "GpsFixes",
    "ImuSamples",
    "ImuSettings",
    "Noise",
    "ObdSamples",
    "ObdSettings",
    "PlantedFault",
    "SyntheticSession",
    "Track",
    "TrueLap",
    "Truth",
    "Vehicle",
    "file_bytes",
    "generate",
    "load_track",
    "truth_document",
    "usual_laps",
    "write",
]
