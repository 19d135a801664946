from django import template

from accounts.models import User
from course.people_columns import Cell, Column

register = template.Library()


@register.filter
def cell_of(column: Column, person: User) -> Cell | None:
    """Return what a column of the list of people says about one person; None: nothing."""
    return column.cells.get(person.pk)
