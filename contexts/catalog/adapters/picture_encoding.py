"""
Uploaded pictures: checked, decoded, and encoded again as WebP, in the two sizes that the shop shows.

No byte of an upload is stored, so the result contains no script and no place that was hidden in the file.
"""

from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import BinaryIO

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_SIDE = 10_000  # pixels
MAX_PIXELS = 30_000_000
LARGE_SIDE = 1600  # pixels of the longer side; a smaller picture is not enlarged
THUMBNAIL_SIDE = 400  # likewise
QUALITY = 82  # of WebP, 0 to 100
MODES_TO_RESIZE = ("L", "RGB", "RGBA", "CMYK")

_encoding = Lock()  # one at a time: encoding the largest picture takes about 250 MB of memory


class UnusablePicture(ValueError):
    """Raised if the shop cannot show an upload; the message contains the reason and how to fix it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedPicture:
    """
    An upload in the formats that the shop shows.

    :param large: a WebP file, for the page of a product.
    :param thumbnail: a WebP file, for lists.
    :param width: the width of `large` in pixels; `height` likewise.
    """

    large: bytes
    thumbnail: bytes
    width: int
    height: int


def encode(upload: BinaryIO) -> EncodedPicture:
    """
    Return the picture in an uploaded file, upright and in sRGB, without metadata; the file's name does not matter.

    :raises UnusablePicture: it is no JPEG, PNG or WebP, is damaged or animated, has 16 bits of grey, or is too large.
    """
    with _encoding:
        try:
            return _encode(_open(upload))
        except UnusablePicture:
            raise
        except Exception as error:  # on damaged bytes, decoders raise errors of any type
            raise UnusablePicture("It is damaged or incomplete: save it again, then upload it again.") from error


def _open(upload: BinaryIO) -> Image.Image:
    """Return the image with only its header read, so that a picture that is too large is never decoded."""
    try:
        image = Image.open(upload, formats=FORMATS)
    except UnidentifiedImageError:
        raise UnusablePicture("It is not a JPEG, PNG or WebP picture, whatever its name.") from None
    except Image.DecompressionBombError:
        raise _too_large() from None
    if max(image.size) > MAX_SIDE or image.width * image.height > MAX_PIXELS:
        raise _too_large()
    if image.mode.startswith("I"):
        raise UnusablePicture("It has 16 bits of grey: save it with 8 bits, then upload it again.")
    # A JPEG of a phone may contain further pictures, and is not animated.
    if image.format in ("PNG", "WEBP") and getattr(image, "is_animated", False):
        raise UnusablePicture("It is animated: save one frame as a picture, then upload that.")
    return image


def _encode(image: Image.Image) -> EncodedPicture:
    if image.mode not in MODES_TO_RESIZE or "transparency" in image.info:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((LARGE_SIDE, LARGE_SIDE))  # decodes a JPEG at a reduced size
    large = _to_srgb(ImageOps.exif_transpose(image))
    large.info.clear()  # EXIF with places, comments, the profile: WebP would keep some of them
    thumbnail = large.copy()
    thumbnail.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return EncodedPicture(large=_to_webp(large), thumbnail=_to_webp(thumbnail), width=large.width, height=large.height)


def _to_srgb(image: Image.Image) -> Image.Image:
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if profile := image.info.get("icc_profile"):
        srgb = ImageCms.createProfile("sRGB")
        try:
            return ImageCms.profileToProfile(image, BytesIO(profile), srgb, outputMode=mode) or image
        except ImageCms.PyCMSError:
            pass  # the profile is invalid: use the colours as they are
    return image.convert(mode)


def _to_webp(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "WEBP", quality=QUALITY)
    return file.getvalue()


def _too_large() -> UnusablePicture:
    return UnusablePicture(
        f"It has too many pixels: at most {MAX_SIDE:,} per side and {MAX_PIXELS // 1_000_000} million in total."
        " Save it smaller, then upload it again."
    )
