from django.core.management import call_command
from django.db import migrations


def create(apps, schema_editor):
    """The cache lives in the database (sign-in limits work with Redis stopped); its table is part of the schema."""
    call_command("createcachetable", "seminar_cache", database=schema_editor.connection.alias, verbosity=0)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE IF EXISTS seminar_cache")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(create, drop, elidable=False)]
