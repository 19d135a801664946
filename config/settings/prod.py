"""A class runs on this. Everything comes from the environment; a half-configured start is refused."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *  # noqa: F403 - Django's settings are a module of names
from config.settings.base import env
from config.settings.databases import database


def _required(name: str, what: str) -> str:
    value: str = env(name, default="")
    if not value:
        raise ImproperlyConfigured(f"Set {name}: {what}")
    return value


DEBUG = False
if env.bool("DEBUG", default=False):
    raise ImproperlyConfigured("DEBUG must not be set: its pages show settings and data to everybody.")
SECRET_KEY = _required("SECRET_KEY", "at least 50 random characters; it signs sessions and unsubscribe links.")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5:
    raise ImproperlyConfigured("SECRET_KEY is too short or too regular: use at least 50 random characters.")
if SECRET_KEY.startswith("only-for-"):
    raise ImproperlyConfigured("SECRET_KEY is the one that everybody can read in the source: use random characters.")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SITE_URL = _required(
    "SITE_URL", "the address people use, such as https://seminar.example.edu; links in mails start with it."
).rstrip("/")
_site = urlsplit(SITE_URL)
if _site.scheme not in {"http", "https"} or not _site.hostname:
    raise ImproperlyConfigured(f"SITE_URL {SITE_URL!r} is not an address: write https://seminar.example.edu")
ALLOWED_HOSTS = [_site.hostname, *env.list("ALLOWED_HOSTS", default=[])]
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name hosts; '*' would let anybody choose the links in mails.")
_database_url = _required("DATABASE_URL", "postgres://user:password@host/name (PostgreSQL 15 or newer).")
if not _database_url.startswith(("postgres://", "postgresql://")):
    raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database: SQLite is for one laptop (make demo).")
DATABASES = {"default": database(_database_url, pool=True)}
CELERY_BROKER_URL = _required(
    "REDIS_URL", "redis://host:6379/0 (Redis or Valkey, maxmemory-policy noeviction, append-only file on)."
)
EMAIL_CONFIG = env.email_url("EMAIL_URL", default=None) if env("EMAIL_URL", default="") else None
if EMAIL_CONFIG is None:
    raise ImproperlyConfigured("Set EMAIL_URL: smtp+ssl://user:password@host:465 (reminders and invitations are mails).")
globals().update(EMAIL_CONFIG)

# https is the rule; http://localhost style addresses are for trying the image on one machine.
_https = _site.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
if _https:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    # Without the header every request looks like http and is redirected for ever; with it and no proxy anybody can forge it.
    if not env("BEHIND_PROXY", default=""):
        raise ImproperlyConfigured(
            "Set BEHIND_PROXY: 1 behind a proxy that overwrites X-Forwarded-Proto and X-Forwarded-For, else 0."
        )
# Only behind a proxy that overwrites the header; a forged "https" would break the CSRF checks.
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
