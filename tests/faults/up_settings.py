"""The settings of `manage.py up` with one more task for its worker: one that takes as long as it is told."""

from config.settings.dev import *  # noqa: F403 - Django's settings are a module of names

CELERY_IMPORTS = ("tests.faults.slow_task",)
