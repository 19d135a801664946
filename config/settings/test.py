"""The tests: a real PostgreSQL and a real Valkey, whose addresses tests/services.py puts into the environment."""

from config.settings.base import *  # noqa: F403 - Django's settings are a module of names
from config.settings.base import STORAGES, env
from config.settings.databases import database

DEBUG = False
SECRET_KEY = "only-for-tests-0123456789-0123456789-0123456789-abcdef"  # noqa: S105 - not a secret
SITE_URL = "http://testserver"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
DATABASES = {"default": database(env("DATABASE_URL", default="sqlite://:memory:"), pool=False)}
CELERY_BROKER_URL = env("REDIS_URL", default="redis://127.0.0.1:1")
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# One round of hashing: the tests sign in thousands of times and prove nothing about Argon2.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
DEV_PAGES = True
EMAIL_FILE_PATH = VAR / "test-mail"  # noqa: F405
# Static files straight from their folders: the tests need no collectstatic.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
