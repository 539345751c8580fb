"""Tables of the library; they never leave `store`."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import Field, SQLModel


class SessionRow(SQLModel, table=True):
    """One imported session: facts of the file, derived summary, user's words."""

    __tablename__ = "session"

    id: str = Field(primary_key=True)
    sha256: str = Field(unique=True, index=True)
    file_name: str
    file_size_bytes: int
    format: str
    format_version: str
    n_samples: int
    is_sim: bool
    start_time_us: int | None = Field(default=None, index=True)
    imported_at_us: int
    duration_s: float
    metadata_json: str
    laps_declared_json: str
    start_line_json: str
    segment_starts_json: str
    importer_notices_json: str
    analysis_version: int
    analysis_notices_json: str
    title: str
    track: str = Field(index=True)
    vehicle: str
    driver: str
    n_laps: int
    n_clean: int
    best_lap_s: float | None
    length_m: float | None
    quality_grade: str
    max_speed_mps: float | None
    outline_json: str
    lap_gaps_json: str
    stored_bytes: int
    note: str = ""
    tags_json: str = "[]"
    is_archived: bool = False
    is_demo: bool = False


class LapRow(SQLModel, table=True):
    """A derived lap, replaced as a whole when the analysis is newer."""

    __tablename__ = "lap"

    session_id: str = Field(primary_key=True, foreign_key="session.id", ondelete="CASCADE")
    lap_index: int = Field(primary_key=True)
    number: int
    kind: str
    start_s: float
    end_s: float
    lap_time_s: float | None
    lap_time_sigma_s: float | None
    length_m: float | None
    is_valid: bool
    is_clean: bool
    start_reason: str
    end_reason: str
    reasons_json: str


class UserFactRow(SQLModel, table=True):
    """What the user decided about a session; wins over detection and survives re-analysis."""

    __tablename__ = "user_fact"

    session_id: str = Field(primary_key=True, foreign_key="session.id", ondelete="CASCADE")
    subject: str = Field(primary_key=True)
    value_json: str
    changed_at_us: int


class ChannelGroupRow(SQLModel, table=True):
    """Channels on one time axis."""

    __tablename__ = "channel_group"

    session_id: str = Field(primary_key=True, foreign_key="session.id", ondelete="CASCADE")
    group_index: int = Field(primary_key=True)
    name: str
    rate_hz: float | None
    n_samples: int


class ChannelRow(SQLModel, table=True):
    """One channel's facts; `channel_index` -1 is the time axis of the group."""

    __tablename__ = "channel"

    session_id: str = Field(primary_key=True, foreign_key="session.id", ondelete="CASCADE")
    group_index: int = Field(primary_key=True)
    channel_index: int = Field(primary_key=True)
    name: str
    source: str
    device: str
    vendor_name: str
    unit: str
    vendor_unit: str
    kind: str


class ChannelChunkRow(SQLModel, table=True):
    """Up to 65 536 samples of one channel, compressed."""

    __tablename__ = "channel_chunk"
    __table_args__ = (
        Index(
            "ix_channel_chunk_place",
            "session_id",
            "group_index",
            "channel_index",
            "chunk_index",
            unique=True,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    session_id: str = Field(foreign_key="session.id", ondelete="CASCADE")
    group_index: int
    channel_index: int
    chunk_index: int
    n: int
    codec: int
    minimum: float | None
    maximum: float | None
    crc: int
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class WorksheetRow(SQLModel, table=True):
    """A worksheet of the analysis: which plots it shows, at which place among the tabs."""

    __tablename__ = "worksheet"

    id: str = Field(primary_key=True)
    position: int
    name: str
    plots_json: str


class LayoutRow(SQLModel, table=True):
    """A layout of a track: its line on the earth and what is known of it."""

    __tablename__ = "layout"

    id: str = Field(primary_key=True)
    name: str
    venue: str
    country: str
    circuit_key: str
    source: str
    lat_deg: float = Field(index=True)
    lon_deg: float
    length_m: float
    direction: str
    is_closed: bool
    quality: float
    n_laps: int
    start_line_json: str
    corners_json: str
    corners_laps: int
    sectors_json: str
    line: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at_us: int
    changed_at_us: int


class LayoutFactRow(SQLModel, table=True):
    """What the user decided about a layout: its name, names and numbers of its corners."""

    __tablename__ = "layout_fact"

    layout_id: str = Field(primary_key=True, foreign_key="layout.id", ondelete="CASCADE")
    subject: str = Field(primary_key=True)
    value_json: str
    changed_at_us: int


class SessionLayoutRow(SQLModel, table=True):
    """Which layout a session was driven on, by matching or by the user's word."""

    __tablename__ = "session_layout"

    session_id: str = Field(primary_key=True, foreign_key="session.id", ondelete="CASCADE")
    layout_id: str = Field(foreign_key="layout.id", ondelete="CASCADE", index=True)
    confidence: float
    is_by_user: bool
    changed_at_us: int


class MathChannelRow(SQLModel, table=True):
    """A formula of the user, of a layout or of the whole library."""

    __tablename__ = "math_channel"

    id: str = Field(primary_key=True)
    layout_id: str | None = Field(
        default=None, foreign_key="layout.id", ondelete="CASCADE", index=True
    )
    name: str
    expression: str
    changed_at_us: int
