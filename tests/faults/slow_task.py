import time
from pathlib import Path

from celery import shared_task


@shared_task(name="tests.slow")
def slow(*, mark: str, seconds: float) -> None:
    """Write `mark`, then be busy."""
    Path(mark).touch()
    time.sleep(seconds)
