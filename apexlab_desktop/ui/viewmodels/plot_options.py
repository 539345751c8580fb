"""How plots and map are written and coloured; it changes no number."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from apexlab_desktop.ui.viewmodels.lap_slots import CornerBand, MapColour
from apexlab_desktop.units import UnitSystem


class PlotOptions(QObject):
    """Units, grid, overlap, colour of the map and corners."""

    units_changed = Signal()
    grid_changed = Signal()
    overlap_changed = Signal()
    map_colour_changed = Signal()
    corners_changed = Signal()

    def __init__(
        self, units: UnitSystem = UnitSystem.METRIC, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._units = units
        self._is_grid_shown = True
        self._is_overlapped = False
        self._map_colour = MapColour.SPEED
        self._corners: tuple[CornerBand, ...] = ()

    @property
    def units(self) -> UnitSystem:
        """The units people read; they change the view only."""
        return self._units

    def set_units(self, units: UnitSystem) -> None:
        """Show other units."""
        if units is not self._units:
            self._units = units
            self.units_changed.emit()

    @property
    def is_grid_shown(self) -> bool:
        """Whether grid lines are drawn."""
        return self._is_grid_shown

    def toggle_grid(self) -> None:
        """Show or hide grid lines."""
        self._is_grid_shown = not self._is_grid_shown
        self.grid_changed.emit()

    @property
    def is_overlapped(self) -> bool:
        """Whether all plots lie over each other in one area, each on its own scale."""
        return self._is_overlapped

    def toggle_overlap(self) -> None:
        """Lay the plots over each other, or side by side again."""
        self._is_overlapped = not self._is_overlapped
        self.overlap_changed.emit()

    @property
    def map_colour(self) -> MapColour:
        """What colours the track map."""
        return self._map_colour

    def set_map_colour(self, colour: MapColour) -> None:
        """Colour the track map by something else."""
        if colour is not self._map_colour:
            self._map_colour = colour
            self.map_colour_changed.emit()

    def cycle_map_colour(self) -> None:
        """Colour the track map by the next of speed, lateral, longitudinal, gain."""
        colours = list(MapColour)
        self.set_map_colour(colours[(colours.index(self._map_colour) + 1) % len(colours)])

    @property
    def corners(self) -> tuple[CornerBand, ...]:
        """Corners in order of the lap; empty when not known."""
        return self._corners

    def set_corners(self, corners: tuple[CornerBand, ...]) -> None:
        """Show corner bands and numbers."""
        self._corners = corners
        self.corners_changed.emit()
