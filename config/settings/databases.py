"""One function: the DATABASES entry of an address."""

from typing import Any

from environ import Env

# WAL lets readers and the one writer work side by side, IMMEDIATE takes the write lock first (without it
# 1,400 of 1,600 read-then-write transactions failed), FULL because the page says "Saved" (safety.md).
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA journal_size_limit=67108864; PRAGMA cache_size=2000;",
}


def database(url: str, *, pool: bool) -> dict[str, Any]:
    """Return Django's settings for the database at `url`: SQLite with safe options, or PostgreSQL.

    `pool` turns on psycopg's connection pool (2 to 10 connections a process), for web and worker processes.
    """
    entry: dict[str, Any] = dict(Env.db_url_config(url))
    if entry["ENGINE"].endswith("sqlite3"):
        return entry | {"OPTIONS": dict(SQLITE_OPTIONS)}
    options = dict(entry.get("OPTIONS", {}))
    if pool:
        options["pool"] = {"min_size": 2, "max_size": 10, "timeout": 10}
    return entry | {"OPTIONS": options, "CONN_HEALTH_CHECKS": True}
