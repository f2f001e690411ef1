"""
The files of pictures, in Django's default storage: a folder, or an object store if the settings name one.

The name of a file contains its product's id and a digest of its content, so the content at an address never changes.
Store and remove files only while the product's row is locked: otherwise one operator may remove a file that another
operator's picture has just reused.
"""

import logging
import re
from collections.abc import Iterable
from hashlib import sha256
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

logger = logging.getLogger(__name__)

NAME = re.compile(r"[0-9a-f-]{36}/[0-9a-f]{32}\.webp")


def store(product_id: UUID, content: bytes) -> str:
    """Store a file, unless it exists already, and return its name."""
    name = f"{product_id}/{sha256(content).hexdigest()[:32]}.webp"
    if not default_storage.exists(name) or default_storage.size(name) != len(content):
        default_storage.delete(name)  # a crash left it incomplete
        default_storage.save(name, ContentFile(content))
    return name


def url(name: str) -> str:
    """Return the address of a file for clients."""
    return default_storage.url(name)


def read(name: str) -> bytes | None:
    """Return the content of a file, or None if there is none of this name or the name is not valid."""
    if not NAME.fullmatch(name):
        return None
    try:
        with default_storage.open(name) as file:
            return bytes(file.read())
    except FileNotFoundError:
        return None


def remove(names: Iterable[str]) -> None:
    """Remove files that no picture uses; log those that cannot be removed, which do no harm."""
    for name in names:
        try:
            default_storage.delete(name)
        except OSError:
            logger.exception("cannot remove the picture %s from the storage", name)
