"""How many examples a property test draws: few in `make test`, all of them in `make proof`."""

import os


def examples(small: int, full: int) -> int:
    """Return `full` if the environment asks for the full proof (SEMINAR_PROOF=full), else `small`."""
    return full if os.environ.get("SEMINAR_PROOF") == "full" else small
