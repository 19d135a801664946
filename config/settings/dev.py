"""One laptop: `make demo` (DEBUG off, as a class would see it) and `make run` (DEBUG on, reload)."""

import warnings

from celery.exceptions import SecurityWarning

from config.settings.base import *  # noqa: F403 - Django's settings are a module of names
from config.settings.base import HOST, PORT, STORAGES, VAR, env
from config.settings.databases import database
from config.valkey import broker_url

VAR.mkdir(parents=True, exist_ok=True)  # SQLite makes a file, but no folder
# As root in a virtual machine or a container is fine here: messages are JSON and come from this machine.
warnings.filterwarnings("ignore", message=r"\s*You're running the worker with superuser", category=SecurityWarning)

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="only-for-one-laptop-never-for-a-class-0123456789abcdef")
SITE_URL = env("SITE_URL", default=f"http://{HOST}:{PORT}")
ALLOWED_HOSTS = [*env.list("ALLOWED_HOSTS", default=[]), HOST, "127.0.0.1", "localhost", "[::1]"]
DATABASES = {"default": database(env("DATABASE_URL", default=f"sqlite:///{VAR / 'seminar.sqlite3'}"), pool=False)}
CELERY_BROKER_URL = env("REDIS_URL", default=broker_url(VAR))
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR / "mail"
DEV_PAGES = True
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = True
    WHITENOISE_AUTOREFRESH = True
