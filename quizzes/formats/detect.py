"""From the bytes of a file to a parsed quiz, whatever the bytes are."""

from quizzes.formats import markdown, review
from quizzes.formats.model import SUPPORTED, Format, Message, ParsedQuiz

MAX_BYTES = 200_000
NO_SIGNS = (
    'no quiz found: neither boxes "- [ ]" nor the check and close marks of a pasted review'
    " — name the format if there is a quiz in it"
)


def parse_quiz(data: bytes, *, format: str = "auto", filename: str = "quiz.md") -> ParsedQuiz:  # noqa: A002 - the option is called so
    """Return the quiz in a file's bytes. Never raises; what is wrong is in `messages`.

    `format` is a value of `Format`; "auto" tells a native Markdown quiz from a pasted review by what
    stands in the text. `filename` only names the file in messages.
    """
    known = Format(format) if format in set(Format) else None
    if known is not Format.AUTO and known not in SUPPORTED:
        return _refused(known or Format.AUTO, filename, _not_supported(format))
    wrong = _unreadable(data)
    if wrong is not None:
        return _refused(known, filename, wrong)
    text = data.decode("utf-8")
    found = _detect(text) if known is Format.AUTO else known
    if found is None:
        return _refused(Format.AUTO, filename, Message(None, "E213", NO_SIGNS))
    if found is Format.REVIEW:
        return review.parse(text, filename=filename)
    return markdown.parse(text, filename=filename)


def _refused(known: Format, filename: str, message: Message) -> ParsedQuiz:
    return ParsedQuiz(known, messages=(message,), filename=filename)


def _not_supported(name: str) -> Message:
    supported = ", ".join(SUPPORTED)
    text = f'format "{name}" is not supported by this version; supported are: {supported}'
    return Message(None, "E214", text)


def _unreadable(data: bytes) -> Message | None:
    if len(data) > MAX_BYTES:
        text = f"file has more than {MAX_BYTES:,} bytes, the most a quiz may have — split it into several"
        return Message(None, "E208", text)
    if not data.removeprefix(b"\xef\xbb\xbf").strip():
        return Message(None, "E209", "file is empty — write or paste a quiz first")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = f"file is not UTF-8 at byte {error.start} — save it as UTF-8"
        return Message(_line_at(data, error.start), "E206", text)
    if b"\0" in data:
        at = data.index(b"\0")
        return Message(_line_at(data, at), "E206", f"file contains a NUL at byte {at} — is it a text file?")
    return None


def _line_at(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1


def _detect(text: str) -> Format | None:
    """Take the format of which the text shows more signs; None if it shows none at all."""
    found = {Format.MARKDOWN: markdown.signs(text), Format.REVIEW: review.signs(text)}
    best = max(found, key=found.__getitem__)
    return best if found[best] else None
