"""As the tests, but as fast as in production: pooled connections, templates and static names read once."""

from config.settings.base import BASE_DIR, env
from config.settings.databases import database
from config.settings.test import *  # noqa: F403 - Django's settings are a module of names

DATABASES = {"default": database(env("DATABASE_URL"), pool=True)}
ROOT_URLCONF = "benchmarks.floors"
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = False
STATIC_ROOT = BASE_DIR / "static"
