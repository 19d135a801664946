"""Why a change of a quiz was not made, in words for the person who asked for it."""

from collections.abc import Iterable


class RefusedError(Exception):
    """Nothing was changed. `reasons` are whole sentences, one for each thing to do."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(" ".join(self.reasons))


class TextConflictError(Exception):
    """Somebody else saved the text in between. `current` is what is stored, `revision` its number; nothing was changed."""

    def __init__(self, current: str, revision: int) -> None:
        super().__init__("the text was changed in the meantime")
        self.current = current
        self.revision = revision
