"""Places where a fault test kills this process. Inert unless the environment names one, and never outside development."""

import os
import signal

from django.conf import settings

_ARMED = os.environ.get("SEMINAR_FAILPOINT", "")


def failpoint(name: str) -> None:
    """Kill this process at once (SIGKILL) if SEMINAR_FAILPOINT named this place when it started."""
    if name == _ARMED and settings.DEV_PAGES:
        os.kill(os.getpid(), signal.SIGKILL)
