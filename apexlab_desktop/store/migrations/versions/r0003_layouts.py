"""Layouts of tracks, which sessions were driven on them, and the user's formulas."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of schema version 3."""
    _create_layout()
    op.create_table(
        "layout_fact",
        _layout_key(primary_key=True),
        sa.Column("subject", sa.String(), primary_key=True),
        _text("value_json"),
        _whole("changed_at_us"),
    )
    op.create_table(
        "session_layout",
        sa.Column(
            "session_id",
            sa.String(),
            sa.ForeignKey("session.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        _layout_key(),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("is_by_user", sa.Boolean(), nullable=False),
        _whole("changed_at_us"),
    )
    op.create_index("ix_session_layout_layout_id", "session_layout", ["layout_id"])
    op.create_table(
        "math_channel",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column(
            "layout_id",
            sa.String(),
            sa.ForeignKey("layout.id", ondelete="CASCADE"),
            nullable=True,
        ),
        _text("name"),
        _text("expression"),
        _whole("changed_at_us"),
    )
    op.create_index("ix_math_channel_layout_id", "math_channel", ["layout_id"])


def _create_layout() -> None:
    op.create_table(
        "layout",
        sa.Column("id", sa.String(), primary_key=True),
        _text("name"),
        _text("venue"),
        _text("country"),
        _text("circuit_key"),
        _text("source"),
        sa.Column("lat_deg", sa.Float(), nullable=False),
        sa.Column("lon_deg", sa.Float(), nullable=False),
        sa.Column("length_m", sa.Float(), nullable=False),
        _text("direction"),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("quality", sa.Float(), nullable=False),
        _whole("n_laps"),
        _text("start_line_json"),
        _text("corners_json"),
        _whole("corners_laps"),
        _text("sectors_json"),
        sa.Column("line", sa.LargeBinary(), nullable=False),
        _whole("created_at_us"),
        _whole("changed_at_us"),
    )
    op.create_index("ix_layout_lat_deg", "layout", ["lat_deg"])


def _layout_key(*, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(
        "layout_id",
        sa.String(),
        sa.ForeignKey("layout.id", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)
