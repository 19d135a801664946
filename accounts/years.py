"""The years in which a course can be held. They stand in the lowest app because every form with a date asks for them."""

from datetime import date

from django.core.exceptions import ValidationError

FIRST_YEAR, LAST_YEAR = 1990, 2199
"""Far inside what Python can count: no zone of the world moves such a time over the first or last moment there is."""


def year_problem(day: date) -> str:
    """Return what is wrong with the year of a day (or a moment) that somebody typed, "" if nothing is."""
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return ""
    return f"The year {day.year} cannot be meant. Choose a date between {FIRST_YEAR} and {LAST_YEAR}."


def check_year(day: date) -> None:
    """Raise ValidationError for a day (or a moment) of a year in which no course is held."""
    if problem := year_problem(day):
        raise ValidationError(problem)
