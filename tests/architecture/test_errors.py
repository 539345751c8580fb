import inspect

import pytest

from apexlab_desktop import errors

CLASSES = [
    value
    for value in vars(errors).values()
    if inspect.isclass(value) and issubclass(value, errors.ApexLabError)
]


@pytest.mark.parametrize("error", CLASSES)
def test_error_says_what_it_means(error: type[errors.ApexLabError]) -> None:
    assert error.__doc__
    assert error.__doc__.strip().endswith((".", "registry."))


@pytest.mark.parametrize("error", CLASSES)
def test_error_is_one_line_with_all_its_facts(error: type[errors.ApexLabError]) -> None:
    line = error(expected="a", found="b", place="c", advice="Do d.").one_line()
    assert line == "c: expected a; found b. Do d."
    assert "\n" not in line


def test_error_without_facts_still_names_itself() -> None:
    assert errors.CorruptFileError().one_line() == "CorruptFileError"
