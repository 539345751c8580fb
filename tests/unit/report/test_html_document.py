from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
import pytest

from apexlab_desktop.report import html_bytes
from apexlab_desktop.report.html_document import path_data, tokens
from apexlab_desktop.report.palette import NIGHT, PAPER
from tests.unit.report.report_fixture import CASES, report

MOST_BYTES = 300_000
VOID = {"meta", "path", "br", "link", "img", "input"}


class Page(HTMLParser):
    """Collects the elements of a page and checks that each one is closed in order."""

    def __init__(self, case: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(html_bytes(CASES[case]()).decode("utf-8"))
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        assert len(attrs) == len(dict(attrs)), f"{tag} repeats an attribute"
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.mark.parametrize("case", CASES)
def test_every_element_is_closed_and_bytes_are_equal_and_small(case: str) -> None:
    made = html_bytes(CASES[case]())
    assert made == html_bytes(CASES[case]())
    assert len(made) < MOST_BYTES
    assert Page(case).elements[0] == ("html", {"lang": "en"})


@pytest.mark.parametrize("case", CASES)
def test_there_are_no_scripts_handlers_or_outside_requests(case: str) -> None:
    page = Page(case)
    tags = {tag for tag, _attributes in page.elements}
    assert tags.isdisjoint({"script", "link", "img", "iframe", "object", "embed", "image", "use"})
    names = {name for _tag, attributes in page.elements for name in attributes}
    assert names.isdisjoint({"src", "href", "xlink:href", "srcset", "action"})
    assert not any(name.startswith("on") for name in names)
    styles = [str(value.get("style")) for _tag, value in page.elements]
    assert not re.search(r"url\(|@import", " ".join((*styles, *page.text)))


def test_markup_in_the_words_of_a_file_is_text() -> None:
    page = Page("names")
    assert any("<script>alert('x')</script>" in text for text in page.text)
    assert "b" not in {tag for tag, attributes in page.elements if attributes}
    assert {tag for tag, _attributes in page.elements}.isdisjoint({"script"})


def test_the_page_forbids_itself_everything_but_its_own_style() -> None:
    policy = [one for one in Page("normal").all("meta") if "http-equiv" in one]
    assert policy[0]["content"] == "default-src 'none'; style-src 'unsafe-inline'"


def test_a_phone_gets_its_own_width_and_colours_follow_the_reader() -> None:
    made = html_bytes(report()).decode()
    assert 'name="viewport" content="width=device-width, initial-scale=1"' in made
    assert "prefers-color-scheme: dark" in made
    assert "@media print" in made


@pytest.mark.parametrize("case", CASES)
def test_tables_name_their_heads_and_drawings_what_they_show(case: str) -> None:
    page = Page(case)
    assert all(attributes.get("scope") in {"col", "row"} for attributes in page.all("th"))
    for drawing in page.all("svg"):
        assert drawing.get("aria-hidden") == "true" or drawing.get("aria-label")


def test_a_plot_says_in_words_what_it_shows() -> None:
    labels = [str(drawing.get("aria-label")) for drawing in Page("normal").all("svg")]
    delta = next(label for label in labels if label.startswith("Time delta over distance"))
    assert "up is slower" in delta
    assert "L7 +0.356 s" in delta


def test_every_lap_is_in_the_table() -> None:
    heads = [one for one in Page("sixty_laps").all("th") if one.get("scope") == "row"]
    assert len(heads) >= 62


def test_colours_of_both_themes_are_declared() -> None:
    made = html_bytes(report()).decode()
    for palette in (PAPER, NIGHT):
        for name, colour in tokens(palette).items():
            assert f"--{name}:{colour};" in made


def test_a_path_is_relative_and_does_not_drift() -> None:
    rng = np.random.default_rng(7)
    points = rng.random((500, 2))
    numbers = [int(text) for text in re.findall(r"-?\d+", path_data(points, (2_000, 400)))]
    places = np.cumsum(np.array(numbers).reshape(-1, 2), axis=0)
    wanted = points * (2_000, -400) + (0, 400)
    assert np.abs(places - wanted).max() <= 0.5


def test_a_path_of_equal_places_is_still_a_path() -> None:
    assert path_data(np.full((3, 2), 0.5), (100, 100)) == "M50 50h0"
