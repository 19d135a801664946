import pytest
from django.core.management import call_command

from tests.conftest import Cast


@pytest.mark.django_db
def test_migrations_complete_no_change_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_cast_enrolled_has_every_role(cast: Cast) -> None:
    assert cast.course.enrollments.count() == 5
