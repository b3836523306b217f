"""Pictures lose who made them and keep every pixel."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image
from PIL.ExifTags import Base

from mailer.images import strip_metadata
from tests.mailer.sample_files import PICTURE, picture, pixels

AUTHOR = "helene.martin@asso-horizon.example"
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "TIFF")


@pytest.mark.parametrize("kind", FORMATS)
def test_metadata_go_and_pixels_stay(kind):
    content = picture(kind, AUTHOR)
    stripped = strip_metadata(content)

    assert AUTHOR.encode() in content
    assert AUTHOR.encode() not in stripped
    assert pixels(stripped) == pixels(content)
    with Image.open(io.BytesIO(stripped)) as image:
        assert Base.Artist not in image.getexif()
        assert not {"comment", "Author", "Comment", "xmp", "XML:com.adobe.xmp"} & set(image.info)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_picture_without_metadata_stays_octet_for_octet(kind):
    once = strip_metadata(picture(kind, AUTHOR))

    assert strip_metadata(once) == once
    if kind != "TIFF":  # Pillow always writes a resolution
        assert strip_metadata(picture(kind)) == picture(kind)


def test_a_turned_photograph_stays_turned():
    with Image.open(io.BytesIO(strip_metadata(picture("JPEG", AUTHOR, turned=6)))) as image:
        assert dict(image.getexif()) == {Base.Orientation: 6}


def test_a_progressive_photograph_and_its_colour_profile():
    output = io.BytesIO()
    PICTURE.save(output, "JPEG", progressive=True, icc_profile=b"profile" * 20000, comment=AUTHOR.encode())
    stripped = strip_metadata(output.getvalue())

    assert pixels(stripped) == pixels(output.getvalue())
    with Image.open(io.BytesIO(stripped)) as image:
        assert image.info["icc_profile"] == b"profile" * 20000
        assert "comment" not in image.info


def test_what_hides_behind_the_end_of_a_photograph_goes():
    assert strip_metadata(picture("JPEG") + AUTHOR.encode()) == picture("JPEG")


def test_an_animation_keeps_moving():
    output = io.BytesIO()
    frames = [PICTURE.rotate(angle).convert("P") for angle in (90, 180, 270)]
    PICTURE.convert("P").save(output, "GIF", save_all=True, append_images=frames, loop=0, duration=50)

    assert strip_metadata(output.getvalue()) == output.getvalue()


@pytest.mark.parametrize(
    "content", [b"", b"BM bitmap", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"II*\0\xff\xff\xff\xff"]
)
def test_what_is_no_whole_picture_is_said_to_be_none(content):
    assert strip_metadata(content) is None


@pytest.mark.parametrize("kind", FORMATS)
def test_no_damage_raises(kind):
    chance = random.Random(7)
    whole = picture(kind, AUTHOR, turned=3)
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        strip_metadata(bytes(damaged[: chance.randint(0, len(damaged))]))
