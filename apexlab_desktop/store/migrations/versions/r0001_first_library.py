"""The first library: sessions, laps, channels, user facts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table of schema version 1."""
    _create_session()
    _create_lap()
    _create_user_fact()
    _create_channels()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _session_key() -> sa.Column[str]:
    return sa.Column(
        "session_id", sa.String(), sa.ForeignKey("session.id", ondelete="CASCADE"), nullable=False
    )


def _create_session() -> None:
    op.create_table(
        "session",
        sa.Column("id", sa.String(), primary_key=True),
        _text("sha256"),
        _text("file_name"),
        sa.Column("file_size_bytes", sa.Integer(), nullable=False),
        _text("format"),
        _text("format_version"),
        sa.Column("n_samples", sa.Integer(), nullable=False),
        sa.Column("is_sim", sa.Boolean(), nullable=False),
        sa.Column("start_time_us", sa.Integer(), nullable=True),
        sa.Column("imported_at_us", sa.Integer(), nullable=False),
        sa.Column("duration_s", sa.Float(), nullable=False),
        _text("metadata_json"),
        _text("laps_declared_json"),
        _text("start_line_json"),
        _text("segment_starts_json"),
        _text("importer_notices_json"),
        sa.Column("analysis_version", sa.Integer(), nullable=False),
        _text("analysis_notices_json"),
        _text("title"),
        _text("track"),
        _text("vehicle"),
        _text("driver"),
        sa.Column("n_laps", sa.Integer(), nullable=False),
        sa.Column("n_clean", sa.Integer(), nullable=False),
        sa.Column("best_lap_s", sa.Float(), nullable=True),
        sa.Column("length_m", sa.Float(), nullable=True),
        _text("quality_grade"),
        sa.Column("max_speed_mps", sa.Float(), nullable=True),
        _text("outline_json"),
        _text("lap_gaps_json"),
        sa.Column("stored_bytes", sa.Integer(), nullable=False),
        _text("note"),
        _text("tags_json"),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_session_sha256", "session", ["sha256"], unique=True)
    op.create_index("ix_session_start_time_us", "session", ["start_time_us"])
    op.create_index("ix_session_track", "session", ["track"])


def _create_lap() -> None:
    op.create_table(
        "lap",
        _session_key(),
        sa.Column("lap_index", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        _text("kind"),
        sa.Column("start_s", sa.Float(), nullable=False),
        sa.Column("end_s", sa.Float(), nullable=False),
        sa.Column("lap_time_s", sa.Float(), nullable=True),
        sa.Column("lap_time_sigma_s", sa.Float(), nullable=True),
        sa.Column("length_m", sa.Float(), nullable=True),
        sa.Column("is_valid", sa.Boolean(), nullable=False),
        sa.Column("is_clean", sa.Boolean(), nullable=False),
        _text("start_reason"),
        _text("end_reason"),
        _text("reasons_json"),
        sa.PrimaryKeyConstraint("session_id", "lap_index"),
    )


def _create_user_fact() -> None:
    op.create_table(
        "user_fact",
        _session_key(),
        _text("subject"),
        _text("value_json"),
        sa.Column("changed_at_us", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", "subject"),
    )


def _create_channels() -> None:
    op.create_table(
        "channel_group",
        _session_key(),
        sa.Column("group_index", sa.Integer(), nullable=False),
        _text("name"),
        sa.Column("rate_hz", sa.Float(), nullable=True),
        sa.Column("n_samples", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", "group_index"),
    )
    op.create_table(
        "channel",
        _session_key(),
        sa.Column("group_index", sa.Integer(), nullable=False),
        sa.Column("channel_index", sa.Integer(), nullable=False),
        *(
            _text(name)
            for name in (
                "name",
                "source",
                "device",
                "vendor_name",
                "unit",
                "vendor_unit",
                "kind",
            )
        ),
        sa.PrimaryKeyConstraint("session_id", "group_index", "channel_index"),
    )
    op.create_table(
        "channel_chunk",
        sa.Column("id", sa.Integer(), primary_key=True),
        _session_key(),
        sa.Column("group_index", sa.Integer(), nullable=False),
        sa.Column("channel_index", sa.Integer(), nullable=False),
        sa.Column("chunk_index", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("codec", sa.Integer(), nullable=False),
        sa.Column("minimum", sa.Float(), nullable=True),
        sa.Column("maximum", sa.Float(), nullable=True),
        sa.Column("crc", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )
    op.create_index(
        "ix_channel_chunk_place",
        "channel_chunk",
        ["session_id", "group_index", "channel_index", "chunk_index"],
        unique=True,
    )
