"""What kind of picture some bytes are and how large it is, by their first bytes and never by a name. Pure.

PNG: W3C PNG 3, 5.2 and 11.2.1. GIF: GIF89a specification, 17 and 18. JPEG: ITU-T T.81, B.1 and B.2.2. WebP: RFC 9649, 2.
"""

from collections.abc import Callable
from dataclasses import dataclass

from course.enums import PictureKind

MAX_BYTES = 5_000_000
MAX_SIDE = 10_000
"""Pixels: a browser keeps four bytes of memory for each of them, so a small file can take gigabytes."""

_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
_KNOWN_STRANGERS = (
    (b"%PDF", "a PDF"),
    (b"II*\0", "a TIFF"),
    (b"MM\0*", "a TIFF"),
    (b"BM", "a BMP"),
    (b"PK\x03\x04", "an archive or an office document"),
)
_ADVICE = "Save it as PNG, JPEG, GIF or WebP and choose that file."


class NoPictureError(ValueError):
    """The bytes are no picture that we take; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Kind and size in pixels."""

    kind: PictureKind
    width: int
    height: int


def read_picture(content: bytes) -> Picture:
    """Return what picture `content` is. Raises NoPictureError for anything else, a broken one, and one with too many pixels."""
    for kind, signature, size_of in _KINDS:
        if signature(content):
            size = size_of(content)
            if size is None or 0 in size:
                raise NoPictureError("The file is broken: it ends before it says how large the picture is. Save it again.")
            if max(size) > MAX_SIDE:
                raise NoPictureError(f"The picture is {size[0]} × {size[1]} pixels, at most {MAX_SIDE} a side are taken.")
            return Picture(kind, *size)
    raise NoPictureError(_refusal(content))


def _refusal(content: bytes) -> str:
    start = content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<") and (b"<svg" in start or b"<!doctype svg" in start):
        return f"This is an SVG, which can hold a program. {_ADVICE}"
    if content[4:8] == b"ftyp":
        return f"This is a HEIC or AVIF picture or a film, as telephones make them. {_ADVICE}"
    name = next((name for sign, name in _KNOWN_STRANGERS if content.startswith(sign)), "no picture")
    return f"This is {name}. {_ADVICE}"


def _png(content: bytes) -> tuple[int, int] | None:
    if content[12:16] != b"IHDR" or len(content) < 24:
        return None
    return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])


def _gif(content: bytes) -> tuple[int, int] | None:
    return _two(content[6:8], content[8:10]) if len(content) >= 13 else None


def _two(width: bytes, height: bytes) -> tuple[int, int]:
    return int.from_bytes(width, "little"), int.from_bytes(height, "little")


def _jpeg(content: bytes) -> tuple[int, int] | None:
    """Go from marker to marker up to the frame header."""
    at = 2
    while at + 9 <= len(content):
        if content[at] != 0xFF:
            return None
        marker = content[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
        elif marker in _WITHOUT_LENGTH:
            at += 2
        elif marker in _START_OF_FRAME:
            return int.from_bytes(content[at + 7 : at + 9]), int.from_bytes(content[at + 5 : at + 7])
        else:
            at += 2 + max(2, int.from_bytes(content[at + 2 : at + 4]))
    return None


def _webp(content: bytes) -> tuple[int, int] | None:
    if len(content) < 30:
        return None
    chunk = content[12:16]
    if chunk == b"VP8X":
        width, height = _two(content[24:27], content[27:30])
        return width + 1, height + 1
    if chunk == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        width, height = _two(content[26:28], content[28:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


_KINDS: tuple[tuple[PictureKind, Callable[[bytes], bool], Callable[[bytes], tuple[int, int] | None]], ...] = (
    (PictureKind.PNG, lambda content: content.startswith(b"\x89PNG\r\n\x1a\n"), _png),
    (PictureKind.JPEG, lambda content: content.startswith(b"\xff\xd8\xff"), _jpeg),
    (PictureKind.GIF, lambda content: content.startswith((b"GIF87a", b"GIF89a")), _gif),
    (PictureKind.WEBP, lambda content: content.startswith(b"RIFF") and content[8:12] == b"WEBP", _webp),
)
