"""What becomes of an uploaded picture: always a WebP of ours, or a sentence that says why not."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from contexts.catalog.domain.pictures import (
    MOST_PIXELS,
    MOST_SIDE,
    PAGE_SIDE,
    THUMBNAIL_SIDE,
    EncodedPicture,
    UnusablePicture,
    encoded,
)
from tests.pictures import GREEN, RED, file_of, photo

SCRIPT = b"<script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>"
TWO = [Image.new("RGB", (8, 8), GREEN)]


def stored(content: bytes) -> EncodedPicture:
    return encoded(BytesIO(content))


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    assert image.format == "WEBP"
    return image


def looks(content: bytes, colour: tuple[int, int, int], at: tuple[int, int] = (0, 0)) -> bool:
    found = opened(content).convert("RGB").getpixel(at)
    assert isinstance(found, tuple)
    return all(abs(one - other) < 12 for one, other in zip(found, colour, strict=True))


class TestAPicture:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_becomes_a_webp_in_two_sizes(self, kind: str) -> None:
        picture = stored(file_of(Image.new("RGB", (2400, 1200), RED), kind))

        assert (picture.width, picture.height) == opened(picture.page).size == (PAGE_SIDE, PAGE_SIDE // 2)
        assert opened(picture.thumbnail).size == (THUMBNAIL_SIDE, THUMBNAIL_SIDE // 2)
        assert looks(picture.page, RED)
        assert looks(picture.thumbnail, RED)

    def test_is_not_enlarged(self) -> None:
        assert opened(stored(photo(size=(64, 48))).page).size == (64, 48)

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
    def test_may_be_grey_of_a_palette_or_transparent(self, mode: str) -> None:
        white = Image.new("RGB", (8, 8), "white").convert("L" if mode == "LA" else "RGB").convert(mode)

        assert looks(stored(file_of(white, "PNG")).page, (255, 255, 255))

    def test_may_be_made_for_print(self) -> None:
        assert looks(stored(file_of(Image.new("CMYK", (8, 8), (255, 0, 0, 0)))).page, (0, 255, 255))

    def test_keeps_what_is_transparent(self) -> None:
        clear = stored(file_of(Image.new("RGBA", (8, 8), (0, 0, 0, 0)), "PNG"))

        assert opened(clear.page).convert("RGBA").getpixel((0, 0)) == (0, 0, 0, 0)

    def test_stands_upright_and_has_forgotten_where_and_with_what_it_was_taken(self) -> None:
        told = Image.Exif()
        told[0x0112], told[0x010F] = 6, "Camera of Kim"  # to be turned to the right by a quarter
        told.get_ifd(0x8825).update({1: "N", 2: (52.0, 22.0, 12.0)})
        lying = Image.new("RGB", (80, 40), RED)
        lying.paste(GREEN, (0, 0, 20, 40))

        picture = stored(file_of(lying, exif=told, comment=b"a note of Kim", quality=95))

        assert opened(picture.page).size == (40, 80)
        assert looks(picture.page, GREEN, (20, 4))
        assert not {"exif", "xmp", "icc_profile", "comment"} & opened(picture.page).info.keys()
        assert b"Kim" not in picture.page + picture.thumbnail

    def test_loses_what_else_its_file_was(self) -> None:
        polyglot = file_of(Image.new("RGB", (8, 8), RED), comment=SCRIPT) + SVG

        picture = stored(polyglot)

        assert b"script" not in picture.page + picture.thumbnail

    def test_of_a_phone_that_hides_a_second_one_is_the_first(self) -> None:
        both = file_of(Image.new("RGB", (8, 8), RED), "MPO", save_all=True, append_images=TWO)

        assert looks(stored(both).page, RED)

    def test_with_a_colour_profile_that_makes_no_sense_is_taken_as_it_stands(self) -> None:
        assert looks(stored(file_of(Image.new("RGB", (8, 8), RED), icc_profile=b"none" * 40)).page, RED)


class TestWhatIsNone:
    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"", "no JPEG, PNG or WebP"),
            (SVG, "no JPEG, PNG or WebP"),
            (b"GIF89a" + SCRIPT, "no JPEG, PNG or WebP"),
            (file_of(TWO[0], "GIF"), "no JPEG, PNG or WebP"),
            (file_of(TWO[0], "TIFF"), "no JPEG, PNG or WebP"),
            (photo(size=(640, 480))[:2000], "damaged, or cut short"),
            (file_of(Image.effect_noise((64, 64), 50), "PNG")[:-900], "damaged, or cut short"),
            (file_of(Image.effect_noise((64, 64), 50), "WEBP")[:-900], "damaged, or cut short"),
            (file_of(Image.new("L", (8, 8)), "PNG", save_all=True, append_images=TWO), "animated"),
            (file_of(Image.new("RGB", (8, 8)), "WEBP", save_all=True, append_images=TWO), "animated"),
            (file_of(Image.new("I;16", (8, 8)), "PNG"), "16 bits of grey"),
            (file_of(Image.new("1", (30_000, 8)), "PNG"), "too many pixels"),
            (file_of(Image.new("1", (MOST_SIDE, MOST_PIXELS // MOST_SIDE + 1)), "PNG"), "too many pixels"),
        ],
    )
    def test_is_refused_with_the_reason(self, content: bytes, why: str) -> None:
        with pytest.raises(UnusablePicture, match=why):
            stored(content)

    def test_is_refused_by_its_header_and_never_decoded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Image.Image, "thumbnail", lambda *_: pytest.fail("it was decoded"))

        with pytest.raises(UnusablePicture, match="too many pixels"):
            stored(file_of(Image.new("1", (30_000, 8)), "PNG"))

    @settings(max_examples=60, deadline=None)
    @given(data=st.data(), kind=st.sampled_from(["JPEG", "PNG", "WEBP"]))
    def test_makes_no_other_error_however_it_is_damaged(self, data: st.DataObject, kind: str) -> None:
        content = bytearray(file_of(Image.new("RGB", (16, 16), RED), kind))
        for place, byte in data.draw(st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)))):
            content[place] = byte

        try:
            opened(stored(bytes(content)).page)
        except UnusablePicture as refused:
            assert str(refused)  # noqa: PT017 - either way is right
