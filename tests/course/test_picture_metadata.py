"""What a camera writes into a picture goes; what a browser needs to show it stays."""

import struct
from zlib import crc32

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from course.actions.files import save_file
from course.models import CourseFile
from course.picture_bytes import Picture, read_picture
from course.picture_metadata import without_metadata
from tests.conftest import NOW, Cast
from tests.course.test_pictures import FILES, GIF, JPEG, LOSSY, png
from tests.proof import examples

PLACE = b"N 41 52 W 87 37"


def tiff(way: int, order: str = "<") -> bytes:
    """An Exif block: a maker's name, which way up, and behind them a place."""
    made = struct.pack(f"{order}HHII", 0x010F, 2, 9, 100)
    turned = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, way, 0)
    start = b"II*\0" if order == "<" else b"MM\0*"
    return start + struct.pack(f"{order}IH", 8, 2) + made + turned + b"\0" * 4 + PLACE


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def jpeg(*extra: bytes, behind: bytes = b"") -> bytes:
    frame = segment(0xC2, b"\x08\0\x02\0\x03\x01\x01\x11\0")
    scan = segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x12\xff\0\x34\xff\xd0\x56" + segment(0xC4, b"table")
    again = segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x78\xff\0"
    profile = segment(0xE2, b"ICC_PROFILE\0\x01\x01colours")
    return b"\xff\xd8" + segment(0xE0, b"JFIF\0") + b"".join(extra) + profile + frame + scan + again + b"\xff\xd9" + behind


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", crc32(name + body))


def with_chunks(*extra: bytes) -> bytes:
    plain = png()
    return plain[:33] + b"".join(extra) + plain[33:] + PLACE


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def canvas(flags: int) -> tuple[bytes, bytes]:
    return b"VP8X", bytes([flags, 0, 0, 0, 2, 0, 0, 1, 0, 0])


FRAME = (b"VP8 ", LOSSY[20:])
PIXELS = b"\x2c" + b"\0" * 4 + b"\x03\0\x02\0\0\x02\x02\x44\x01\0"
LOOP = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
SMALL_GIF = GIF + b"\0" * 6
TURNED = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, 6, 0, 0)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("way", "kept"), [(1, b""), (6, TURNED), (0, b""), (9, b"")])
def test_without_metadata_jpeg_keeps_colours_and_which_way_up(order: str, way: int, kept: bytes) -> None:
    taken = jpeg(
        segment(0xE1, b"Exif\0\0" + tiff(way, order)),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + PLACE),
        segment(0xED, b"Photoshop 3.0\0" + PLACE),
        segment(0xE2, b"MPF\0" + PLACE),
        segment(0xFE, PLACE),
        behind=b"\xff\xd8" + PLACE,
    )
    exif = [segment(0xE1, b"Exif\0\0" + kept)] if kept else []
    assert without_metadata(taken) == jpeg(*exif)


def test_without_metadata_png_keeps_which_way_up_and_all_chunks_of_the_picture() -> None:
    extra = (
        chunk(b"eXIf", tiff(6)),
        chunk(b"tEXt", PLACE),
        chunk(b"iTXt", PLACE),
        chunk(b"zTXt", PLACE),
        chunk(b"tIME", b"\0" * 7),
    )
    gamma = chunk(b"gAMA", b"\0\0\xb1\x8f")
    assert without_metadata(with_chunks(gamma, *extra)) == with_chunks(gamma, chunk(b"eXIf", TURNED)).removesuffix(PLACE)
    assert without_metadata(with_chunks(*extra[1:])) == png()


def test_without_metadata_webp_says_what_it_has() -> None:
    extra = ((b"EXIF", tiff(1)), (b"XMP ", PLACE))
    assert without_metadata(riff(canvas(0x10 | 0x08 | 0x04), FRAME, *extra)) == riff(canvas(0x10), FRAME)
    turned = riff(canvas(0x08), FRAME, (b"EXIF", TURNED))
    for flags, more in ((0x08 | 0x04, (extra[1],)), (0x08, ())):
        taken = riff(canvas(flags), FRAME, (b"EXIF", b"Exif\0\0" + tiff(6)), *more)
        assert without_metadata(taken) == turned


def test_without_metadata_gif_keeps_its_loop_and_loses_words() -> None:
    said = b"\x21\xfe\x04N 41\x00" + b"\x21\xff\x0bXMP DataXMP\x02<x\0"
    assert without_metadata(SMALL_GIF + LOOP + said + PIXELS + b";" + PLACE) == SMALL_GIF + LOOP + PIXELS + b";"


@pytest.mark.parametrize("content", [png(), jpeg(), riff(FRAME), SMALL_GIF + LOOP + PIXELS + b";", b"%PDF-1", b""])
def test_without_metadata_what_has_none_is_the_same(content: bytes) -> None:
    assert without_metadata(content) == content


def test_without_metadata_broken_picture_loses_what_stands_before_the_break() -> None:
    taken = jpeg(segment(0xE1, b"Exif\0\0" + tiff(6)))
    assert without_metadata(taken[:-40]) == jpeg(segment(0xE1, b"Exif\0\0" + TURNED))[:-40]


PARTS = [
    b"\xff\xd8", b"\xff\xe1\0\x20", b"Exif\0\0", tiff(6), tiff(8, ">"), b"\xff\xda\0\x04", b"\xff", b"\xff\xd9", b"\0", PLACE,
    b"\x89PNG\r\n\x1a\n", chunk(b"eXIf", tiff(3)), b"\0\0\0\x04tEXt", b"RIFF\x20\0\0\0WEBP", b"EXIF\x40\0\0\0", b"VP8X\x0a\0\0\0",
    b"GIF89a", b"\x21\xfe\x04", b"\x2c", b"\x80" * 6, b";",
]  # fmt: skip


@given(st.lists(st.one_of(st.sampled_from(PARTS), st.binary(max_size=6)), max_size=12).map(b"".join))
@settings(max_examples=examples(40, 50_000), deadline=None)
def test_without_metadata_of_anything_never_raises_and_adds_next_to_nothing(content: bytes) -> None:
    assert len(without_metadata(content)) <= len(content) + 8


def test_upload_of_a_photograph_is_stored_and_given_without_its_place(client: Client, cast: Cast) -> None:
    client.force_login(cast.instructor)
    taken = jpeg(segment(0xE1, b"Exif\0\0" + tiff(6)))
    page = client.post(FILES, {"file": SimpleUploadedFile("Yard.jpg", taken, "image/jpeg")}, follow=True)
    assert "Place, time and device of the photograph are taken out." in page.text
    kept = CourseFile.objects.get()
    assert PLACE not in bytes(kept.content)
    assert (kept.size, read_picture(bytes(kept.content))) == (len(kept.content), Picture(read_picture(JPEG).kind, 3, 2))
    assert client.get(kept.get_absolute_url()).content == bytes(kept.content)


def test_picture_of_a_folder_is_stored_letter_for_letter_and_given_without_its_place(client: Client, cast: Cast) -> None:
    taken = with_chunks(chunk(b"tEXt", PLACE))
    kept = save_file(course=cast.course, name="yard.png", content=taken, person=None, now=NOW, letter_for_letter=True)
    assert bytes(kept.content) == taken
    client.force_login(cast.student)
    assert client.get(kept.get_absolute_url()).content == png()
