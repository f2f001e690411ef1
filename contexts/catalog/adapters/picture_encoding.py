"""
Uploaded pictures made ours: looked at, decoded, and encoded anew as WebP, in the two sizes that the shop shows.

No byte of an upload is kept. A file that is a picture and a script at once, or that tells where it was taken, is
nothing but a picture afterwards.
"""

from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import BinaryIO

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_SIDE = 10_000  # pixels
MAX_PIXELS = 30_000_000
LARGE_SIDE = 1600  # pixels, of the longer side; smaller pictures stay as they are
THUMBNAIL_SIDE = 400
QUALITY = 82
MODES_TO_RESIZE = ("L", "RGB", "RGBA", "CMYK")

_encoding = Lock()  # the largest takes some 250 MB of memory meanwhile


class UnusablePicture(ValueError):
    """Raised where an upload is no picture that the shop can show; the message says why, and how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedPicture:
    """
    :param large: a WebP file, for the page of a product.
    :param thumbnail: a WebP file, for lists.
    :param width: of the large one's, in pixels, as is `height`.
    """

    large: bytes
    thumbnail: bytes
    width: int
    height: int


def encode(upload: BinaryIO) -> EncodedPicture:
    """
    Return the picture that an uploaded file shows, upright and in sRGB, whatever its name says that it is.

    :raises UnusablePicture: it is no JPEG, PNG or WebP, is damaged or animated, or has too many pixels.
    """
    with _encoding:
        try:
            return _encode(_open(upload))
        except UnusablePicture:
            raise
        except Exception as error:  # decoders raise whatever comes to them where bytes make no sense
            raise UnusablePicture("It is damaged, or cut short: save it anew, then upload it again.") from error


def _open(upload: BinaryIO) -> Image.Image:
    """Read the header alone: what would fill the memory is never decoded."""
    try:
        image = Image.open(upload, formats=FORMATS)
    except UnidentifiedImageError:
        raise UnusablePicture("It is no JPEG, PNG or WebP picture, whatever it is called.") from None
    except Image.DecompressionBombError:
        raise _too_large() from None
    if max(image.size) > MAX_SIDE or image.width * image.height > MAX_PIXELS:
        raise _too_large()
    if image.mode.startswith("I"):
        raise UnusablePicture("It has 16 bits of grey: save it with 8, as screens show it, then upload that.")
    # A phone's JPEG may hold further pictures behind the first, and stands still nevertheless.
    if image.format in ("PNG", "WEBP") and getattr(image, "is_animated", False):
        raise UnusablePicture("It is animated: save one picture of it, and upload that.")
    return image


def _encode(image: Image.Image) -> EncodedPicture:
    if image.mode not in MODES_TO_RESIZE or "transparency" in image.info:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((LARGE_SIDE, LARGE_SIDE))  # of a JPEG, no more is decoded than this needs
    large = _to_srgb(ImageOps.exif_transpose(image))
    large.info.clear()  # EXIF with its places, comments, the profile: WebP would carry some of them on
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
            pass  # it says nothing: the colours are taken as they stand
    return image.convert(mode)


def _to_webp(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "WEBP", quality=QUALITY)
    return file.getvalue()


def _too_large() -> UnusablePicture:
    return UnusablePicture(
        f"It has too many pixels: at most {MAX_SIDE:,} on a side and {MAX_PIXELS // 1_000_000} million in all."
        " Save it smaller, then upload it again."
    )
