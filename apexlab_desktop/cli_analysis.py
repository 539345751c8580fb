"""The commands that judge: corners, the whole analysis, the optimal lap."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from apexlab_desktop import cli_process
from apexlab_desktop.cli_options import (
    FileArgument,
    IgnoreLapsOption,
    JsonOption,
    LapsOption,
    StartLineOption,
    read_start_line,
    show,
)

app = typer.Typer()
tracks = typer.Typer(help="The tracks of the library: list, export, import.")
app.add_typer(tracks, name="tracks")


@app.command()
def analyze(
    file: FileArgument,
    *,
    as_json: JsonOption = False,
    start_line: StartLineOption = None,
    ignore_lap_column: IgnoreLapsOption = False,
    level: Annotated[
        str, typer.Option(metavar="LEVEL", help="novice, intermediate or advanced words.")
    ] = "intermediate",
    vehicle: Annotated[str | None, typer.Option(help="A car of `resources/vehicles`.")] = None,
    tire: Annotated[str | None, typer.Option(help="A tyre, or a tyre category.")] = None,
) -> None:
    """Say what to change: findings, sectors, ideal laps, consistency."""
    from apexlab_desktop.app import analysis_documents, analysis_tables, debriefing

    if (vehicle is None) != (tire is None):
        cli_process.usage("--vehicle NAME and --tire CATEGORY go together")
    debriefed = debriefing.analyze(
        file,
        start_line=read_start_line(start_line),
        ignore_lap_column=ignore_lap_column,
        level=debriefing.level_named(level),
    )
    optimum, reasons = debriefing.optimum_of(debriefed, vehicle=vehicle, tire=tire)
    show(
        analysis_documents.analyze_document(debriefed, optimum, reasons),
        analysis_tables.analyze_table,
        as_json=as_json,
    )


@app.command()
def corners(
    file: FileArgument,
    *,
    lap: Annotated[int | None, typer.Option(help="Only this lap.")] = None,
    as_json: JsonOption = False,
    start_line: StartLineOption = None,
    ignore_lap_column: IgnoreLapsOption = False,
) -> None:
    """List the corners, and what every lap did in them."""
    from apexlab_desktop.app import corner_documents, corner_tables, cornering

    cornered = cornering.corners(
        file,
        lap_number=lap,
        start_line=read_start_line(start_line),
        ignore_lap_column=ignore_lap_column,
    )
    document = corner_documents.corners_document(cornered, lap)
    show(document, corner_tables.corners_table, as_json=as_json)


@app.command()
def optimal(
    file: Annotated[str | None, typer.Argument(metavar="FILE", help="A file or id.")] = None,
    *,
    line: Annotated[
        Path | None, typer.Option(help="CSV with x_m,y_m[,z_m][,w_left_m,w_right_m].")
    ] = None,
    ggv: Annotated[
        Path | None, typer.Option(help="CSV with speed_mps,ay_mps2,ax_max_mps2,ax_min_mps2.")
    ] = None,
    vehicle: Annotated[str | None, typer.Option(help="A car of `resources/vehicles`.")] = None,
    tire: Annotated[str | None, typer.Option(help="A tyre, or a tyre category.")] = None,
    start_speed: Annotated[
        float, typer.Option(metavar="MPS", help="At the start of a line that is open.", min=0.0)
    ] = 0.0,
    free_line: Annotated[
        bool, typer.Option("--free-line", help="Look for a better line inside the widths.")
    ] = False,
    car_width: Annotated[
        float, typer.Option(metavar="M", help="What of the widths the car itself takes.", min=0.0)
    ] = 1.8,
    as_json: JsonOption = False,
) -> None:
    """Compute the fastest lap that the grip allows, on your line or on any other."""
    from apexlab_desktop.app import optimal, optimal_documents, optimal_tables

    if (file is None) == (line is None):
        cli_process.usage("optimal wants either a FILE or --line CSV")
    if (vehicle is None) != (tire is None):
        cli_process.usage("--vehicle NAME and --tire CATEGORY go together")
    car = optimal.car_of(ggv=ggv, vehicle=vehicle, tire=tire)
    if line is not None:
        if car is None:
            cli_process.usage("--line wants --ggv CSV, or --vehicle NAME --tire CATEGORY")
        options = optimal.LineOptions(
            start_speed_mps=start_speed, is_line_free=free_line, car_width_m=car_width
        )
        optimum = optimal.optimal_on_line(line, car, options)
        show(optimal_documents.line_document(optimum), optimal_tables.line_table, as_json=as_json)
        return
    found = optimal.optimal_of_session(file or "", car)
    document = optimal_documents.session_document(found)
    if free_line:
        better = optimal.better_line_of(found, car)
        document["better_line"] = optimal_documents.better_line_document(better)
    show(document, optimal_tables.session_table, as_json=as_json)


@app.command("math")
def math_(
    file: FileArgument,
    formula: Annotated[
        str | None, typer.Argument(metavar="[FORMULA]", help='"speed_mps^2"; none lists the kept.')
    ] = None,
    *,
    laps: LapsOption = None,
    reference: Annotated[int | None, typer.Option(help="Lap that delta compares with.")] = None,
    save: Annotated[str | None, typer.Option(metavar="NAME", help="Keep the formula.")] = None,
    remove: Annotated[str | None, typer.Option(metavar="NAME", help="Drop a kept one.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write a table.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Work a formula over the channels of laps, or of a whole session.

    A formula that begins with a minus stands behind `--`: apexlab math FILE -- "-speed_mps".
    """
    from apexlab_desktop import errors
    from apexlab_desktop.app import exporting, math_channels, math_documents, open_session

    session = open_session(file)
    if remove is not None:
        math_channels.remove_math_channel(session, remove)
    if formula is None:
        kept = math_documents.kept_math_document(math_channels.list_math_channels(session))
        show(kept, math_documents.kept_math_table, as_json=as_json)
        return
    if csv is not None:
        exporting.keep_source(csv, file)
    try:
        worked = math_channels.math_of(session, formula, laps, reference=reference)
        if save is not None:
            math_channels.save_math_channel(session, save, formula)
    except errors.ExpressionError as error:
        for line in math_channels.caret_lines(error):
            typer.echo(line, err=True)
        raise
    document = math_documents.document_of(worked)
    if csv is not None:
        exporting.write_text(csv, lambda out: math_documents.write_csv(document, out))
    if as_json or csv is None:
        show(document, math_documents.math_table, as_json=as_json)


@tracks.callback(invoke_without_command=True)
def list_tracks(context: typer.Context, *, as_json: JsonOption = False) -> None:
    """List the tracks that the library has learned."""
    if context.invoked_subcommand is not None:
        return
    from apexlab_desktop.app import track_documents, track_edits

    document = track_documents.tracks_document(track_edits.list_tracks())
    show(document, track_documents.tracks_table, as_json=as_json)


@tracks.command("export")
def export_track(
    track: Annotated[str, typer.Argument(metavar="ID", help="As `apexlab tracks` lists it.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="OUT.json")],
) -> None:
    """Write a track with its corners to one file."""
    from apexlab_desktop.app import track_files

    track_files.export_track(track, out)
    typer.echo(f"wrote {out}", err=True)


@tracks.command("import")
def import_track(
    file: Annotated[Path, typer.Argument(metavar="FILE")], *, as_json: JsonOption = False
) -> None:
    """Bring the track of a file into the library."""
    from apexlab_desktop.app import track_documents, track_files

    document = track_documents.imported_track_document(track_files.import_track(file))
    show(document, track_documents.imported_track_table, as_json=as_json)


@tracks.command("rename")
def rename_track(
    track: Annotated[str, typer.Argument(metavar="ID", help="As `apexlab tracks` lists it.")],
    name: Annotated[str, typer.Argument(metavar="NAME")],
) -> None:
    """Give a track your own name; all its sessions show it."""
    from apexlab_desktop.app import track_edits

    track_edits.rename_track(track, name)


@tracks.command("assign")
def assign_track(
    session: Annotated[str, typer.Argument(metavar="SESSION", help="Its id in the library.")],
    track: Annotated[str, typer.Argument(metavar="ID", help="As `apexlab tracks` lists it.")],
) -> None:
    """Say on which track a session was driven; your word wins over matching."""
    from apexlab_desktop.app import track_edits

    track_edits.assign_track(session, track)


@tracks.command("match")
def match_track(file: FileArgument, *, as_json: JsonOption = False) -> None:
    """Say on which track a file or session was driven, and how sure that is."""
    from apexlab_desktop.app import match_session, open_session, track_documents, track_edits

    session = open_session(file)
    track = match_session(session)
    names = track_edits.names_of_tracks() if track.match.candidates else {}
    document = track_documents.match_document(session.file, track, names)
    show(document, track_documents.match_table, as_json=as_json)


@app.command()
def trends(session: FileArgument, *, as_json: JsonOption = False) -> None:
    """Show all visits to the track of a session: whether they get faster, and is it real."""
    from apexlab_desktop.app import progress, progress_documents, progress_tables

    document = progress_documents.trends_document(progress.progress(session))
    show(document, progress_tables.trends_table, as_json=as_json)


@app.command()
def versus(
    first: FileArgument,
    second: Annotated[str, typer.Argument(metavar="FILE2", help="A file or a library id.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Compare a session with another of the same track: what changed, and what is chance."""
    from apexlab_desktop.app import progress, progress_documents, progress_tables

    document = progress_documents.versus_document(progress.two_visits(first, second))
    show(document, progress_tables.versus_table, as_json=as_json)
