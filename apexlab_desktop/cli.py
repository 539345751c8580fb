"""The command line `apexlab`: the same numbers as the window, without one."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from apexlab_desktop import blas, cli_analysis, cli_process, errors
from apexlab_desktop.cli_options import (
    FileArgument,
    IgnoreLapsOption,
    JsonOption,
    LapsOption,
    StartLineOption,
    read_start_line,
    show,
)
from apexlab_desktop.paths import HOME_VARIABLE

app = typer.Typer(
    name="apexlab",
    help="Lap analysis with numbers you can trust.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        typer.echo(f"apexlab {version('apexlab-desktop')}")
        raise typer.Exit


@app.callback()
def _root(
    profile: Annotated[
        Path | None, typer.Option(help="Use this data folder for this call.")
    ] = None,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,
) -> None:
    if profile is not None:
        os.environ[HOME_VARIABLE] = str(profile)


@app.command()
def inspect(file: FileArgument, *, as_json: JsonOption = False) -> None:
    """Show what a file holds; the library is not touched."""
    from apexlab_desktop.app import cli_tables, documents, opening

    raw, sha256, name = opening.load_raw(file)
    document = documents.inspect_document(raw, file=name, sha256=sha256)
    show(document, cli_tables.inspect_table, as_json=as_json)


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...")], *, as_json: JsonOption = False
) -> None:
    """Bring files into the library; the same content again is not stored twice."""
    from apexlab_desktop.app import cli_tables, documents, import_session

    with cli_tables.progress(files) as advance:
        outcomes = [import_session(path, progress=advance(path)) for path in files]
    show(documents.import_document(outcomes), cli_tables.import_table, as_json=as_json)
    for outcome in outcomes:
        if outcome.error:
            cli_process.complain(outcome.error)
    codes = [
        cli_process.exit_status(getattr(errors, o.error_type)) for o in outcomes if o.error_type
    ]
    if codes:
        raise typer.Exit(
            max(codes)
            if cli_process.EXIT_ENVIRONMENT not in codes
            else cli_process.EXIT_ENVIRONMENT
        )


@app.command()
def sessions(*, as_json: JsonOption = False) -> None:
    """List the sessions of the library."""
    from apexlab_desktop.app import cli_tables, documents, list_sessions

    document = documents.sessions_document(list_sessions())
    show(document, cli_tables.sessions_table, as_json=as_json)


@app.command()
def laps(
    file: FileArgument,
    *,
    as_json: JsonOption = False,
    start_line: StartLineOption = None,
    ignore_lap_column: IgnoreLapsOption = False,
) -> None:
    """List the laps of a file or session."""
    from apexlab_desktop.app import cli_tables, documents, open_session

    session = open_session(
        file, start_line=read_start_line(start_line), ignore_lap_column=ignore_lap_column
    )
    show(documents.laps_document(session), cli_tables.laps_table, as_json=as_json)


@app.command()
def compare(
    file: FileArgument,
    *,
    with_: Annotated[str | None, typer.Option("--with", help="A second file or id.")] = None,
    laps: LapsOption = None,
    reference: Annotated[int | None, typer.Option(help="Lap number compared with.")] = None,
    as_recorded: Annotated[
        bool, typer.Option("--as-recorded", help="Do not lay FILE2 onto the straights of FILE.")
    ] = False,
    as_json: JsonOption = False,
    csv: Annotated[Path | None, typer.Option(help="Write a table.")] = None,
    png: Annotated[Path | None, typer.Option(help="Write the Compare page as a picture.")] = None,
) -> None:
    """Compare laps at the same places on the track."""
    from apexlab_desktop.app import cli_tables, comparing, documents, exporting, selecting

    if png is not None:
        _check_png("--png", png)
    chosen = selecting.choose(file, with_, laps, reference)
    if with_ and not chosen.uses_second:
        cli_process.complain(
            f"no lap is taken from {with_}: name a lap twice to take it from both files"
        )
    comparison = comparing.compare_opened(
        chosen.laps, reference=chosen.reference, is_registered=not as_recorded
    )
    for target in (csv, png):
        if target is not None:
            exporting.keep_source(target, file, with_)
    if csv is not None:
        exporting.export_comparison(comparison, csv)
    if png is not None:
        _render(chosen, png)
    if as_json or (csv is None and png is None):
        document = documents.compare_document(comparison)
        show(document, cli_tables.compare_table, as_json=as_json)


@app.command()
def report(
    file: FileArgument,
    out: Annotated[Path, typer.Option("-o", "--out", help="OUT.pdf or OUT.html")],
    *,
    laps: LapsOption = None,
    imperial: Annotated[bool, typer.Option(help="Miles and mph.")] = False,
) -> None:
    """Write the laps and the comparison as PDF or HTML."""
    from apexlab_desktop.app import exporting, reporting

    if out.suffix.lower() not in reporting.REPORT_SUFFIXES:
        cli_process.usage(f"-o must end in .pdf or .html, not {out.suffix or out.name!r}")
    exporting.keep_source(out, file)
    reporting.write_report(file, out, laps=laps, imperial=imperial)
    typer.echo(f"wrote {out}", err=True)


@app.command()
def render(
    file: FileArgument,
    worksheet: Annotated[str, typer.Option(help="Compare, or one of your own")],
    out: Annotated[Path, typer.Option("-o", "--out", help="OUT.png")],
    *,
    laps: LapsOption = None,
    size: Annotated[str, typer.Option(metavar="WIDTHxHEIGHT")] = "1440x900",
    theme: Annotated[str, typer.Option(help="dark, light or sunlight")] = "dark",
) -> None:
    """Draw a worksheet as the window shows it."""
    from apexlab_desktop.app import comparing, exporting, selecting

    _check_png("-o", out)
    exporting.keep_source(out, file)
    canvas = _canvas(worksheet, theme, size)
    chosen = selecting.choose(file, None, laps, None)
    # The window would leave out what cannot be compared; a command says so.
    comparing.compare_opened(chosen.laps, reference=chosen.reference)
    _render(chosen, out, theme, canvas, worksheet)
    typer.echo(f"wrote {out}", err=True)


@app.command()
def export(
    file: FileArgument,
    fmt: Annotated[str, typer.Option("--format", help="csv or racechrono")],
    out: Annotated[Path, typer.Option("-o", "--out")],
    *,
    laps: LapsOption = None,
) -> None:
    """Write a session for other programs."""
    from apexlab_desktop.app import exporting, open_session

    if fmt not in exporting.EXPORT_FORMATS:
        cli_process.usage(f"--format is one of {', '.join(exporting.EXPORT_FORMATS)}, not {fmt!r}")
    exporting.keep_source(out, file)
    exporting.export_session(open_session(file), fmt, out, laps)
    typer.echo(f"wrote {out}", err=True)


@app.command()
def generate(
    track: Annotated[str, typer.Option(help="kart-bowl, club-short, club-long, ...")],
    out: Annotated[Path, typer.Option("-o", "--out")],
    *,
    laps: Annotated[int | None, typer.Option(min=1, max=200, help="8; 1 on a hill climb")] = None,
    rate: Annotated[float, typer.Option(min=1.0, max=100.0, help="GPS fixes per second")] = 25.0,
    seed: Annotated[int, typer.Option()] = 1,
    noise: Annotated[str, typer.Option(help="none, good, consumer or phone")] = "consumer",
    vehicle: Annotated[str | None, typer.Option(help="kart, hatch, road, gt, ...")] = None,
    fmt: Annotated[str, typer.Option("--format", help="racechrono, ibt, ...")] = "racechrono",
    truth: Annotated[Path | None, typer.Option(help="Write the known truth as JSON.")] = None,
    reverse: Annotated[bool, typer.Option(help="Drive the other way round.")] = False,
    mistakes: Annotated[float, typer.Option(min=0.0, max=20.0, help="Per lap, on average")] = 0.0,
    fault: Annotated[
        list[str] | None, typer.Option(metavar="KIND,CORNER,AMOUNT[,LAP...]", help="Plant it.")
    ] = None,
    pit_stop: Annotated[list[int] | None, typer.Option(help="A lap that ends in the pits")] = None,
    cool_down: Annotated[list[int] | None, typer.Option(help="A lap to cool the car")] = None,
    tyre_wear: Annotated[float, typer.Option(min=0.0, max=0.1, help="Grip lost per lap")] = 0.0,
    fuel: Annotated[float, typer.Option(min=0.0, max=200.0, help="At the start, kg")] = 0.0,
    shift_gaps: Annotated[bool, typer.Option(help="No power while changing up.")] = False,
    imu: Annotated[bool, typer.Option(help="With an inertial sensor.")] = False,
    single_track: Annotated[bool, typer.Option(help="With yaw inertia and slow tyres.")] = False,
) -> None:
    """Make a session whose truth is known."""
    from apexlab_desktop.app import generating

    options = generating.GenerateOptions(
        track=track,
        laps=laps,
        rate_hz=rate,
        seed=seed,
        noise=noise,
        vehicle=vehicle,
        fmt=fmt,
        is_reverse=reverse,
        mistakes_per_lap=mistakes,
        faults=tuple(fault or ()),
        pit_stops=tuple(pit_stop or ()),
        cool_down_laps=tuple(cool_down or ()),
        tyre_wear_per_lap=tyre_wear,
        fuel_kg=fuel,
        has_shift_gaps=shift_gaps,
        has_imu=imu,
        is_single_track=single_track,
    )
    problem = generating.problem_with(options)
    if problem:
        cli_process.usage(problem)
    remark = generating.remark_on(options)
    if remark:
        cli_process.complain(remark)
    generating.generate_file(options, out, truth)
    typer.echo(f"wrote {out}", err=True)


@app.command()
def demo(
    *,
    headless: Annotated[bool, typer.Option(help="Print and write pictures, no window.")] = False,
) -> None:
    """Open the demo session; without a display print it and write out/demo.png and .pdf."""
    from apexlab_desktop.app import demo as demo_session

    if not headless and has_display():
        _open_window(["--demo"])
    session_id = demo_session.ensure_demo_session()
    _show_headless(session_id, "demo")


@app.command("open")
def open_(
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE...]")] = None,
    *,
    headless: Annotated[bool, typer.Option(help="Print and write pictures, no window.")] = False,
) -> None:
    """Open the window, with the files given."""
    given = [str(path) for path in files or []]
    if not headless and has_display():
        _open_window(given)
    if not given:
        raise errors.EnvironmentFaultError(
            expected="a display for the window",
            found="none",
            advice="Give a FILE, or set DISPLAY or WAYLAND_DISPLAY.",
        )
    for file in given:
        _show_headless(file, Path(file).stem)


@app.command()
def doctor(*, as_json: JsonOption = False) -> None:
    """Check that this installation and its library are well."""
    from apexlab_desktop.app import cli_tables
    from apexlab_desktop.app import doctor as checks

    document = checks.doctor_document()
    show(document, cli_tables.doctor_table, as_json=as_json)
    if not document["is_well"]:
        raise typer.Exit(cli_process.EXIT_ENVIRONMENT)


app.add_typer(cli_analysis.app)


def has_display() -> bool:
    """Return whether a window can be shown."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _open_window(arguments: list[str]) -> NoReturn:
    from apexlab_desktop.ui.main import main as window_main

    sys.exit(window_main(arguments))


def _show_headless(file: str, name: str) -> None:
    """Print the laps as a table and write the Compare page and the report under `out/`."""
    from apexlab_desktop.app import cli_tables, documents, open_session, reporting, selecting

    folder = Path("out")
    folder.mkdir(exist_ok=True)
    cli_tables.laps_table(documents.laps_document(open_session(file)))
    chosen = selecting.choose(file, None, None, None)
    if chosen.laps:
        _render(chosen, folder / f"{name}.png")
        typer.echo(f"wrote {folder / f'{name}.png'}")
    reporting.write_report(file, folder / f"{name}.pdf", laps=None, imperial=False)
    typer.echo(f"wrote {folder / f'{name}.pdf'}")


def _canvas(worksheet: str, theme: str, size: str) -> tuple[int, int]:
    """Return width and height, once all words of the command are known to be right."""
    width, _, height = size.partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        cli_process.usage(f"--size is WIDTHxHEIGHT, not {size!r}")
    problem = _rendering().problem_with(worksheet, theme, int(width), int(height))
    if problem:
        cli_process.usage(problem)
    return int(width), int(height)


def _check_png(option: str, out: Path) -> None:
    if out.suffix.lower() != ".png":
        cli_process.usage(f"{option} must end in .png, not {out.suffix or out.name!r}")


def _rendering() -> Any:
    """Return what draws without a display: only its commands load Qt, and only when used."""
    if not has_display():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from apexlab_desktop.ui import rendering

    return rendering


def _render(
    chosen: Any,
    out: Path,
    theme: str = "dark",
    canvas: tuple[int, int] = (1440, 900),
    worksheet: str = "Compare",
) -> None:
    from apexlab_desktop.app.exporting import write_bytes

    write_bytes(out, _rendering().worksheet_png(chosen, theme, *canvas, worksheet))


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit status."""
    blas.use_one_thread()
    cli_process.run(app, sys.argv[1:] if arguments is None else arguments)
