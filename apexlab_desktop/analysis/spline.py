"""Cubic splines and smoothing splines on evenly spaced knots, closed or open.

On even knots the spline's linear system is a convolution, so a Fourier transform solves it exactly;
this keeps scipy, whose import costs more than a whole analysis, off the path to the first plot.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from apexlab_desktop.analysis.types import FloatArray

MIN_KNOTS = 4


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Place:
    """Where arguments lie among even knots; arrays have shape (m,).

    Attributes
    ----------
    piece : ndarray of int
        Number of the knot before.
    share : ndarray
        Of the way to the next one, 0 to 1.
    """

    piece: npt.NDArray[np.intp]
    share: FloatArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class UniformSpline:
    """A cubic spline through evenly spaced knots.

    Attributes
    ----------
    step : float
        Spacing of the knots, in the unit of the argument.
    knots : ndarray, shape (n + 1,)
        Values at the knots; the last closes the period where `is_periodic`.
    second : ndarray, shape (n + 1,)
        Second derivatives at the knots.
    is_periodic : bool
        Arguments outside wrap around; otherwise the outermost piece goes on.
    """

    step: float
    knots: FloatArray
    second: FloatArray
    is_periodic: bool

    def at(self, argument: FloatArray, derivative: int = 0) -> FloatArray:
        """Return the value or a derivative of the spline.

        Parameters
        ----------
        argument : ndarray, shape (m,)
            0 is the first knot.
        derivative : int
            0, 1 or 2.

        Returns
        -------
        ndarray, shape (m,)
        """
        return self.at_place(self.locate(argument), derivative)

    def locate(self, argument: FloatArray) -> Place:
        """Return where arguments lie among the knots.

        Parameters
        ----------
        argument : ndarray, shape (m,)
            0 is the first knot.
        """
        n_pieces = self.knots.size - 1
        position = np.asarray(argument, dtype=np.float64) / self.step
        if self.is_periodic:
            outside = np.flatnonzero((position < 0.0) | (position >= n_pieces))
            position[outside] %= n_pieces
        piece = position.astype(np.intp)
        np.maximum(piece, 0, out=piece)
        np.minimum(piece, n_pieces - 1, out=piece)
        position -= piece
        return Place(piece=piece, share=position)

    def at_place(self, place: Place, derivative: int = 0) -> FloatArray:
        """Return the value or a derivative at places of a spline with the same knots.

        Parameters
        ----------
        place : Place
            Of m arguments.
        derivative : int
            0, 1 or 2.

        Returns
        -------
        ndarray, shape (m,)
        """
        after, b = place.piece + 1, place.share
        a = 1.0 - b
        bend_left, bend_right = self.second.take(place.piece), self.second.take(after)
        if derivative == 2:
            return np.asarray(a * bend_left + b * bend_right)
        left, right = self.knots.take(place.piece), self.knots.take(after)
        # Products, since numpy takes a third power by way of logarithms.
        a2, b2 = a * a, b * b
        if derivative == 0:
            bend = a * (a2 - 1.0) * bend_left + b * (b2 - 1.0) * bend_right
            return np.asarray(a * left + b * right + bend * (self.step**2 / 6.0))
        bend = (3.0 * b2 - 1.0) * bend_right - (3.0 * a2 - 1.0) * bend_left
        return np.asarray((right - left) / self.step + bend * self.step / 6.0)


def periodic_spline(values: FloatArray, step: float) -> UniformSpline:
    """Return the closed spline through one period of values.

    Parameters
    ----------
    values : ndarray, shape (n,)
        One period; the first value is not repeated at the end.
    step : float
        Spacing, so that the period is `n * step`.

    Notes
    -----
    The first derivative is continuous where `M[i-1] + 4 M[i] + M[i+1]` is `6 / step^2` times
    `y[i-1] - 2 y[i] + y[i+1]`, M being second derivatives: a circulant system, which is diagonal in
    Fourier space.
    """
    second = _circulant_second_derivatives(values, step)
    return UniformSpline(
        step=step,
        knots=np.append(values, values[:1]),
        second=np.append(second, second[:1]),
        is_periodic=True,
    )


def natural_spline(values: FloatArray, step: float) -> UniformSpline:
    """Return the open spline through values, without bending at its two ends.

    Parameters
    ----------
    values : ndarray, shape (n,)
    step : float
        Spacing.

    Notes
    -----
    The natural spline is half of the periodic one through the values mirrored oddly at both ends.
    """
    mirrored, _ = _odd_mirror(values)
    second = _circulant_second_derivatives(mirrored, step)[: values.size]
    return UniformSpline(step=step, knots=values, second=second, is_periodic=False)


def fast_count(n: int) -> int:
    """Return the least number from `n` on with no prime factor but 2, 3 and 5.

    A Fourier transform of such a length is several times quicker than of a prime one.
    """
    while True:
        rest = n
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return n
        n += 1


def smooth_periodic(values: FloatArray, step: float, cutoff: float) -> FloatArray:
    """Return the closed cubic smoothing spline of `values` at its knots.

    Parameters
    ----------
    values : ndarray, shape (n,)
        One period.
    step : float
        Spacing.
    cutoff : float
        Wavelength of which half is kept, in the unit of `step`; longer waves pass as
        `1 / (1 + (cutoff / wavelength)^4)`.

    Returns
    -------
    ndarray, shape (n,)

    Notes
    -----
    Minimises `sum (f - y)^2 + c * integral f''^2` (Reinsch 1967), whose response for fine knots is
    the one given.
    """
    per_wave = np.fft.rfftfreq(values.size, step) * cutoff
    return np.fft.irfft(np.fft.rfft(values) / (1.0 + per_wave**4), values.size)


def smooth_open(values: FloatArray, step: float, cutoff: float) -> FloatArray:
    """Return the smoothing spline of an open run of values; its two ends stay where they are.

    Parameters
    ----------
    values : ndarray, shape (n,)
    step, cutoff : float
        See `smooth_periodic`.
    """
    mirrored, chord = _odd_mirror(values)
    return smooth_periodic(mirrored, step, cutoff)[: values.size] + chord


def _circulant_second_derivatives(values: FloatArray, step: float) -> FloatArray:
    cosine = np.cos(2.0 * np.pi * np.arange(values.size // 2 + 1) / values.size)
    response = (2.0 * cosine - 2.0) / step**2 * 6.0 / (4.0 + 2.0 * cosine)
    return np.fft.irfft(np.fft.rfft(values) * response, values.size)


def _odd_mirror(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the odd periodic extension of `values` above their chord, and the chord."""
    chord = np.linspace(values[0], values[-1], values.size)
    above = values - chord
    return np.concatenate((above, -above[-2:0:-1])), chord
