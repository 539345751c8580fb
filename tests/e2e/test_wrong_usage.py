"""Words of the command line that stand for nothing, whatever the file, are wrong usage."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.command_line import apexlab

pytestmark = pytest.mark.usefixtures("apexlab_home")

USAGE, ENVIRONMENT, UNUSABLE = 2, 3, 4


@pytest.mark.parametrize(
    "words",
    [
        ("analyze", "--level", "guru"),
        ("analyze", "--vehicle", "zzz", "--tire", "slick"),
        ("optimal", "--vehicle", "zzz", "--tire", "slick"),
        ("optimal", "--vehicle", "porsche", "--tire", "slick"),
        ("optimal", "--vehicle", "mazda-mx5-nd2", "--tire", "cheese"),
    ],
)
def test_a_word_that_stands_for_nothing_is_wrong_usage(
    club_file: Path, words: tuple[str, ...]
) -> None:
    command, *rest = words
    said = apexlab(command, club_file, *rest)
    assert said.status == USAGE
    assert said.err.count("\n") == 1
    assert rest[-1] in said.err or rest[1] in said.err


def test_a_name_that_nothing_can_have_is_wrong_usage(club_file: Path) -> None:
    apexlab("import", club_file)
    (track,) = apexlab("tracks", "--json").document["tracks"]
    for name in ("", "  ", "x" * 121):
        assert apexlab("tracks", "rename", track["id"], name).status == USAGE
    assert apexlab("math", club_file, "1", "--save", "").status == USAGE
    assert apexlab("tracks", "rename", "0190-none", "Home").status == ENVIRONMENT


def test_what_only_the_file_can_tell_is_an_unusable_file(club_file: Path) -> None:
    assert apexlab("corners", club_file, "--lap", 99).status == UNUSABLE
    assert apexlab("math", club_file, "speed_mps +").status == UNUSABLE
