"""The encoding of an uploaded picture: the result is a new WebP file, or an error with the reason."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from contexts.catalog.adapters.picture_encoding import (
    LARGE_SIDE,
    MAX_PIXELS,
    MAX_SIDE,
    THUMBNAIL_SIDE,
    EncodedPicture,
    UnusablePicture,
    encode,
)
from tests.pictures import GREEN, RED, image_file, photo

SCRIPT = b"<script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>"
OTHER_FRAMES = [Image.new("RGB", (8, 8), GREEN)]


def encode_bytes(content: bytes) -> EncodedPicture:
    return encode(BytesIO(content))


def open_webp(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    assert image.format == "WEBP"
    return image


def has_colour(content: bytes, colour: tuple[int, int, int], at: tuple[int, int] = (0, 0)) -> bool:
    pixel = open_webp(content).convert("RGB").getpixel(at)
    assert isinstance(pixel, tuple)
    return all(abs(one - other) < 12 for one, other in zip(pixel, colour, strict=True))


class TestAPicture:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_becomes_a_webp_in_two_sizes(self, kind: str) -> None:
        picture = encode_bytes(image_file(Image.new("RGB", (2400, 1200), RED), kind))

        assert (picture.width, picture.height) == open_webp(picture.large).size == (LARGE_SIDE, LARGE_SIDE // 2)
        assert open_webp(picture.thumbnail).size == (THUMBNAIL_SIDE, THUMBNAIL_SIDE // 2)
        assert has_colour(picture.large, RED)
        assert has_colour(picture.thumbnail, RED)

    def test_is_not_enlarged(self) -> None:
        assert open_webp(encode_bytes(photo(size=(64, 48))).large).size == (64, 48)

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
    def test_may_be_grey_or_transparent_or_have_a_palette(self, mode: str) -> None:
        white = Image.new("RGB", (8, 8), "white").convert("L" if mode == "LA" else "RGB").convert(mode)

        assert has_colour(encode_bytes(image_file(white, "PNG")).large, (255, 255, 255))

    def test_may_be_made_for_print(self) -> None:
        assert has_colour(encode_bytes(image_file(Image.new("CMYK", (8, 8), (255, 0, 0, 0)))).large, (0, 255, 255))

    def test_stays_transparent(self) -> None:
        clear = encode_bytes(image_file(Image.new("RGBA", (8, 8), (0, 0, 0, 0)), "PNG"))

        assert open_webp(clear.large).convert("RGBA").getpixel((0, 0)) == (0, 0, 0, 0)

    def test_is_turned_upright_and_loses_its_metadata(self) -> None:
        exif = Image.Exif()
        exif[0x0112], exif[0x010F] = 6, "Camera of Kim"  # rotate by 90 degrees clockwise
        exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 22.0, 12.0)})
        landscape = Image.new("RGB", (80, 40), RED)
        landscape.paste(GREEN, (0, 0, 20, 40))

        picture = encode_bytes(image_file(landscape, exif=exif, comment=b"a note of Kim", quality=95))

        assert open_webp(picture.large).size == (40, 80)
        assert has_colour(picture.large, GREEN, (20, 4))
        assert not {"exif", "xmp", "icc_profile", "comment"} & open_webp(picture.large).info.keys()
        assert b"Kim" not in picture.large + picture.thumbnail

    def test_loses_a_script_that_its_file_contained(self) -> None:
        polyglot = image_file(Image.new("RGB", (8, 8), RED), comment=SCRIPT) + SVG

        picture = encode_bytes(polyglot)

        assert b"script" not in picture.large + picture.thumbnail

    def test_of_a_phone_is_the_first_of_several_in_its_file(self) -> None:
        both = image_file(Image.new("RGB", (8, 8), RED), "MPO", save_all=True, append_images=OTHER_FRAMES)

        assert has_colour(encode_bytes(both).large, RED)

    def test_with_an_invalid_colour_profile_keeps_its_colours(self) -> None:
        assert has_colour(encode_bytes(image_file(Image.new("RGB", (8, 8), RED), icc_profile=b"none" * 40)).large, RED)


class TestUnusableUpload:
    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"", "not a JPEG, PNG or WebP"),
            (SVG, "not a JPEG, PNG or WebP"),
            (b"GIF89a" + SCRIPT, "not a JPEG, PNG or WebP"),
            (image_file(OTHER_FRAMES[0], "GIF"), "not a JPEG, PNG or WebP"),
            (image_file(OTHER_FRAMES[0], "TIFF"), "not a JPEG, PNG or WebP"),
            (photo(size=(640, 480))[:2000], "damaged or incomplete"),
            (image_file(Image.effect_noise((64, 64), 50), "PNG")[:-900], "damaged or incomplete"),
            (image_file(Image.effect_noise((64, 64), 50), "WEBP")[:-900], "damaged or incomplete"),
            (image_file(Image.new("L", (8, 8)), "PNG", save_all=True, append_images=OTHER_FRAMES), "animated"),
            (image_file(Image.new("RGB", (8, 8)), "WEBP", save_all=True, append_images=OTHER_FRAMES), "animated"),
            (image_file(Image.new("I;16", (8, 8)), "PNG"), "16 bits of grey"),
            (image_file(Image.new("1", (30_000, 8)), "PNG"), "too many pixels"),
            (image_file(Image.new("1", (MAX_SIDE, MAX_PIXELS // MAX_SIDE + 1)), "PNG"), "too many pixels"),
        ],
    )
    def test_is_refused_with_the_reason(self, content: bytes, why: str) -> None:
        with pytest.raises(UnusablePicture, match=why):
            encode_bytes(content)

    def test_that_is_too_large_is_refused_by_its_header_and_not_decoded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Image.Image, "thumbnail", lambda *_: pytest.fail("the picture was decoded"))

        with pytest.raises(UnusablePicture, match="too many pixels"):
            encode_bytes(image_file(Image.new("1", (30_000, 8)), "PNG"))

    @settings(max_examples=60, deadline=None)
    @given(data=st.data(), kind=st.sampled_from(["JPEG", "PNG", "WEBP"]))
    def test_raises_no_other_error_with_any_damage(self, data: st.DataObject, kind: str) -> None:
        content = bytearray(image_file(Image.new("RGB", (16, 16), RED), kind))
        for place, byte in data.draw(st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)))):
            content[place] = byte

        try:
            open_webp(encode_bytes(bytes(content)).large)
        except UnusablePicture as refused:
            assert str(refused)  # noqa: PT017 - an encoded picture is right as well
