"""Files and functions stay small: the largest file is what separates the admired from the endured."""

from statistics import median

from tests.house.sources import functions, length, name, python_files, templates

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
MEDIAN_FILE = 100
MEDIAN_FUNCTION = 10


def test_no_module_and_no_template_is_longer_than_300_lines() -> None:
    files = [*python_files(), *templates()]
    assert [f"{name(path)}: {length(path)}" for path in files if length(path) > LONGEST_FILE] == []


def test_no_function_is_longer_than_40_lines() -> None:
    sizes = [entry for path in python_files() for entry in functions(path)]
    assert [f"{place}: {lines}" for place, lines in sizes if lines > LONGEST_FUNCTION] == []


def test_half_of_the_modules_and_functions_are_much_shorter() -> None:
    modules = python_files("booking/**/*.py")
    assert median(length(path) for path in modules) <= MEDIAN_FILE
    assert median(lines for path in modules for _, lines in functions(path)) <= MEDIAN_FUNCTION
