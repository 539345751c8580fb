"""Sessions go in whole and come out digit for digit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from apexlab_desktop.store import sessions
from apexlab_desktop.store.database import Library
from tests.unit.store.raw_fixture import derived_facts, file_facts, raw_session


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Return a fresh library."""
    return Library.open(tmp_path)


def insert(library: Library, sha256: str = "ab" * 32) -> str:
    """Insert the session of the fixture and return its id."""
    with library.writing() as connection:
        return sessions.insert_session(
            connection, file_facts(sha256), raw_session(), derived_facts()
        )


def test_a_session_comes_back_as_it_was_handed_over(library: Library) -> None:
    session_id = insert(library)
    with library.reading() as connection:
        back = sessions.load_raw(connection, session_id)
    given = raw_session()
    assert back.start_time_utc == given.start_time_utc
    assert back.laps_declared == given.laps_declared
    assert back.start_line == given.start_line
    assert back.segment_starts_us == given.segment_starts_us
    assert back.metadata == given.metadata
    assert back.notices == given.notices
    for group, kept in zip(given.groups, back.groups, strict=True):
        assert (kept.name, kept.rate_hz) == (group.name, group.rate_hz)
        assert np.array_equal(kept.time_us, group.time_us)
        for channel, stored in zip(group.channels, kept.channels, strict=True):
            assert stored.values.dtype == channel.values.dtype
            assert np.array_equal(stored.values, channel.values, equal_nan=True)
            assert (stored.name, stored.kind, stored.unit) == (
                channel.name,
                channel.kind,
                channel.unit,
            )


def test_only_the_named_channels_are_read(library: Library) -> None:
    session_id = insert(library)
    with library.reading() as connection:
        back = sessions.load_raw(connection, session_id, names=frozenset({"speed_mps"}))
    assert [[c.name for c in group.channels] for group in back.groups] == [["speed_mps"], []]


def test_the_list_shows_what_was_derived(library: Library) -> None:
    session_id = insert(library)
    with library.reading() as connection:
        (summary,) = sessions.list_summaries(connection)
    assert summary.id == session_id
    assert (summary.track, summary.title) == ("Ridgeline Park", "Run 3, «dry»")
    assert summary.best_lap_s == 60.0
    assert summary.lap_gaps_s == (0.0, None)
    assert summary.outline == ((0.0, 0.0), (1.0, 1.0))
    assert summary.outline_speeds_mps == ()
    assert summary.stored_bytes > 0


def test_the_outline_keeps_its_speeds_where_they_are_known(library: Library) -> None:
    derived = replace(derived_facts(), outline_speeds_mps=(21.5, None))
    with library.writing() as connection:
        sessions.insert_session(connection, file_facts(), raw_session(10), derived)
    with library.reading() as connection:
        (summary,) = sessions.list_summaries(connection)
    assert summary.outline == ((0.0, 0.0), (1.0, 1.0))
    assert summary.outline_speeds_mps == (21.5, None)


def test_an_archived_session_leaves_the_list_and_comes_back(library: Library) -> None:
    session_id = insert(library)
    with library.writing() as connection:
        assert sessions.set_columns(connection, session_id, is_archived=True)
        assert sessions.list_summaries(connection) == []
        assert len(sessions.list_summaries(connection, archived=True)) == 1
        assert sessions.stats(connection).n_sessions == 0


def test_the_users_facts_survive_a_new_analysis(library: Library) -> None:
    session_id = insert(library)
    with library.writing() as connection:
        sessions.set_fact(connection, session_id, "start_line", {"lat_deg": 1.0})
        sessions.set_columns(connection, session_id, note="front pressures down")
        sessions.replace_derived(connection, session_id, derived_facts(best_lap_s=59.5))
    with library.reading() as connection:
        summary = sessions.get_summary(connection, session_id)
        assert summary is not None
        assert (summary.best_lap_s, summary.note) == (59.5, "front pressures down")
        assert sessions.facts(connection, session_id) == {"start_line": {"lat_deg": 1.0}}


def test_a_fact_is_taken_back_with_none(library: Library) -> None:
    session_id = insert(library)
    with library.writing() as connection:
        sessions.set_fact(connection, session_id, "start_line", 1)
        sessions.set_fact(connection, session_id, "start_line", None)
        assert sessions.facts(connection, session_id) == {}


def test_the_beginning_of_an_id_or_hash_is_enough(library: Library) -> None:
    session_id = insert(library)
    insert(library, "cd" * 32)
    with library.reading() as connection:
        assert sessions.resolve_id(connection, session_id) == session_id
        assert sessions.resolve_id(connection, "abab") == session_id
        assert sessions.resolve_id(connection, session_id[:4]) is None, "both ids begin so"
        assert sessions.resolve_id(connection, "run3.csv") is None


def test_the_same_content_cannot_be_stored_twice(library: Library) -> None:
    from apexlab_desktop.errors import StoreUnavailableError

    insert(library)
    with pytest.raises(StoreUnavailableError):
        insert(library)
    with library.reading() as connection:
        assert len(sessions.list_summaries(connection)) == 1
        assert sessions.stats(connection).n_sessions == 1
