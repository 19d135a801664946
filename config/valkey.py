"""Where the Valkey of one laptop listens. Pure of Django: settings import it."""

import hashlib
import os
import tempfile
from pathlib import Path

# sun_path holds 108 bytes on Linux and 104 on macOS, the closing NUL included.
LONGEST_SOCKET_PATH = 100


def socket_path(var: Path) -> Path:
    """Return the unix socket of the Valkey that belongs to the folder `var`: inside it, or, where that path would be
    too long for a socket, in a short folder of this user that `var` alone decides. Two checkouts never share one.
    """
    path = var.resolve() / "valkey" / "valkey.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    mark = hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"seminar-{os.getuid()}-{mark}" / "valkey.sock"


def broker_url(var: Path) -> str:
    """Return the address of that Valkey as Celery writes it."""
    return f"redis+socket://{socket_path(var)}"
