"""Pictures without what a camera or program wrote into them: where and when they were taken, with which device, by whom. Pure.

Nothing is decoded: the containers are walked and what is no part of the picture is left out. What a browser needs stays: the
colour profile, and which way up the picture is (Exif tag 0x0112).
JPEG: ITU-T T.81, B.1. PNG: W3C PNG 3, 11.3. WebP: RFC 9649, 2.7. GIF: GIF89a specification, 24 and 26. Exif: CIPA DC-008, 4.6.
"""

import re
from collections.abc import Callable, Iterator
from zlib import crc32

EXIF = b"Exif\0\0"
_JPEG = b"\xff\xd8"
_PNG = b"\x89PNG\r\n\x1a\n"
_IN_SCAN = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]", re.DOTALL)
_SOS, _EOI = 0xDA, 0xD9
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_KEPT_APPS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_APPS = frozenset(range(0xE0, 0xF0))
_COMMENT = 0xFE
_PNG_DROPPED = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
_WEBP_FLAGS = {b"EXIF": 0x08, b"XMP ": 0x04}
_ORIENTATION = 0x0112
_GIF_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def without_metadata(content: bytes) -> bytes:
    """Return the bytes of a picture (PNG, JPEG, GIF, WebP) without metadata, shown by a browser as before.

    Never raises. From where a picture is broken its bytes stay as they are; anything else comes back as it is.
    """
    for signature, strip in _KINDS:
        if content.startswith(signature):
            return b"".join(strip(content))
    return content


def _jpeg(content: bytes) -> Iterator[bytes]:
    """Go from segment to segment; what stands behind the end of the picture (previews, films) goes, too."""
    yield _JPEG
    at, turned = 2, False
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == _EOI:
            break
        end = at + 2 if marker in _ALONE else at + 2 + max(2, int.from_bytes(content[at + 2 : at + 4]))
        segment = content[at:end]
        if marker == 0xE1 and not turned and segment[4:10] == EXIF and (way := _orientation(segment[10:])) > 1:
            turned = True
            yield _segment(0xE1, EXIF + _exif(way))
        elif not (marker == _COMMENT or (marker in _APPS and not segment[4:].startswith(_KEPT_APPS.get(marker, b"\0none")))):
            yield segment
        if marker == _SOS:
            found = _IN_SCAN.search(content, end)
            stop = found.end() - 2 if found else len(content)
            yield content[end:stop]
            end = stop
        at = end
    else:
        yield content[at:]
        return
    yield b"\xff\xd9"


def _segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2) + body


def _orientation(tiff: bytes) -> int:
    """Return which way up an Exif block says the picture is, 1 (as it is) to 8; 1 where it does not say."""
    order: dict[bytes, str] = {b"II": "little", b"MM": "big"}
    if tiff[:2] not in order or len(tiff) < 14:
        return 1
    little = tiff[:2] == b"II"

    def number(start: int, length: int) -> int:
        return int.from_bytes(tiff[start : start + length], "little" if little else "big")

    first = number(4, 4)
    for place in range(min(number(first, 2), 200)):
        entry = first + 2 + place * 12
        if entry + 12 > len(tiff):
            break
        if number(entry, 2) == _ORIENTATION:
            way = number(entry + 8, 2)
            return way if 1 <= way <= 8 else 1
    return 1


def _exif(way: int) -> bytes:
    """Return an Exif block that says which way up the picture is, and nothing else."""
    entry = _ORIENTATION.to_bytes(2) + (3).to_bytes(2) + (1).to_bytes(4) + way.to_bytes(2) + b"\0\0"
    return b"MM\0*" + (8).to_bytes(4) + (1).to_bytes(2) + entry + b"\0\0\0\0"


def _png(content: bytes) -> Iterator[bytes]:
    yield _PNG
    at = len(_PNG)
    while at + 12 <= len(content):
        name, length = content[at + 4 : at + 8], int.from_bytes(content[at : at + 4])
        end = at + 12 + length
        if end > len(content):
            break
        if name == b"eXIf" and (way := _orientation(content[at + 8 : end - 4])) > 1:
            body = b"eXIf" + _exif(way)
            yield (len(body) - 4).to_bytes(4) + body + crc32(body).to_bytes(4)
        elif name not in _PNG_DROPPED:
            yield content[at:end]
        at = end
        if name == b"IEND":
            return
    yield content[at:]


def _webp(content: bytes) -> Iterator[bytes]:
    """Chunks are padded to an even length; the header says how long all of them are, and which kinds there are."""
    if content[8:12] != b"WEBP":
        yield content
        return
    kept: list[bytes] = []
    gone, at = 0, 12
    while at + 8 <= len(content):
        name, length = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        end = at + 8 + length + length % 2
        way = _orientation(content[at + 8 : end].removeprefix(EXIF)) if name == b"EXIF" else 1
        if way > 1:
            kept.append(b"EXIF" + len(_exif(way)).to_bytes(4, "little") + _exif(way))
        elif name in _WEBP_FLAGS:
            gone |= _WEBP_FLAGS[name]
        else:
            kept.append(content[at:end])
        at = end
    if at < len(content):
        kept.append(content[at:])
    if kept and kept[0][:4] == b"VP8X" and len(kept[0]) > 8:
        kept[0] = kept[0][:8] + bytes([kept[0][8] & ~gone]) + kept[0][9:]
    body = b"".join(kept)
    yield content if body == content[12:] else b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body


def _gif(content: bytes) -> Iterator[bytes]:
    at = 13 + _colours(content[10:11])
    yield content[:at]
    while at < len(content):
        kind, start = content[at], at
        if kind == 0x2C:
            at = _blocks_end(content, at + 11 + _colours(content[at + 9 : at + 10]))
            yield content[start:at]
        elif kind == 0x21:
            at = _blocks_end(content, at + 2)
            label = content[start + 1 : start + 2]
            foreign = label == b"\xff" and content[start + 3 : start + 14] not in _GIF_LOOPS
            if not (label == b"\xfe" or foreign):
                yield content[start:at]
        else:
            yield b";" if kind == 0x3B else content[at:]
            return


def _colours(packed: bytes) -> int:
    """Return how many bytes the table of colours takes that a packed field announces."""
    return 3 << ((packed[0] & 7) + 1) if packed and packed[0] & 0x80 else 0


def _blocks_end(content: bytes, at: int) -> int:
    """Return where the sub-blocks that begin at `at` end."""
    while at < len(content) and content[at]:
        at += content[at] + 1
    return at + 1


_KINDS: tuple[tuple[bytes, Callable[[bytes], Iterator[bytes]]], ...] = (
    (_PNG, _png),
    (_JPEG, _jpeg),
    (b"GIF8", _gif),
    (b"RIFF", _webp),
)
