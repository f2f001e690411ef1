"""Picture files, and uploads of them as a browser sends them."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

RED, GREEN = (200, 30, 30), (30, 160, 60)


def image_file(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """Return a picture as a file of this kind."""
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def photo(colour: tuple[int, int, int] = RED, size: tuple[int, int] = (64, 48)) -> bytes:
    """Return a JPEG of one colour."""
    return image_file(Image.new("RGB", size, colour))


def upload(content: bytes | None = None, name: str = "mug.jpg", content_type: str = "image/jpeg") -> SimpleUploadedFile:
    """Return an upload of this content, or of a JPEG."""
    return SimpleUploadedFile(name, photo() if content is None else content, content_type)
