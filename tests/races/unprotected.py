"""What the controls of the races take away: constraints of tables, for as long as a test shows that they are needed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection
from django.db.models import Model


@contextmanager
def without_constraints(*names: str, of: Sequence[type[Model]], emptied: Sequence[type[Model]]) -> Iterator[None]:
    """Drop the named constraints of these models; bring them back when the rows of `emptied`, in this order, are deleted."""
    dropped = [(model, one) for model in of for one in model._meta.constraints if one.name in names]
    assert len(dropped) == len(names)
    with connection.schema_editor() as editor:
        for model, one in dropped:
            editor.remove_constraint(model, one)
    try:
        yield
    finally:
        for model in emptied:
            model._default_manager.all().delete()
        with connection.schema_editor() as editor:
            for model, one in dropped:
                editor.add_constraint(model, one)
