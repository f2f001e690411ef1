"""Change the pictures of a product, and their order."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from contexts.catalog.adapters import picture_files
from contexts.catalog.adapters.picture_encoding import EncodedPicture
from contexts.catalog.db import atomic, on_commit
from contexts.catalog.models import Picture, Product


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureChange:
    """
    A new picture, or the change of an existing one.

    :param id: the id of an existing or a new picture.
    :param alt: a description for people who cannot see the picture.
    :param encoded: the new image; None keeps the present one.
    """

    id: UUID
    alt: str
    encoded: EncodedPicture | None = None


def arrange_pictures(*, product_id: UUID, changes: list[PictureChange], removed: Collection[UUID] = ()) -> None:
    """
    Show the changed pictures of a product first, in this order, then its others; delete the `removed` ones.

    New files are written before the commit. Files that no row names any more are removed after it, so a rollback leaves
    only unused files. Both steps lock the product's row, also while a remote storage answers. The lock blocks only
    other changes of the same product.
    """
    with atomic():
        existing = _locked_pictures(product_id)
        before = _file_names(existing.values())
        Picture.objects.filter(pk__in=[existing.pop(id_).pk for id_ in removed if id_ in existing]).delete()
        changed = [
            picture for change in changes if (picture := _changed(existing.pop(change.id, None), change, product_id))
        ]
        arranged = [*changed, *existing.values()]
        for position, picture in enumerate(arranged):
            picture.position = position
            picture.save()
        Product.objects.filter(pk=product_id).update(thumbnail=arranged[0].thumbnail if arranged else "")
        on_commit(lambda: _remove_unused(product_id, before))


def _locked_pictures(product_id: UUID) -> dict[UUID, Picture]:
    """Lock the product, and return its pictures by their ids, in order."""
    Product.objects.select_for_update().filter(pk=product_id).first()
    return {picture.pk: picture for picture in Picture.objects.filter(product=product_id)}


def _changed(picture: Picture | None, change: PictureChange, product_id: UUID) -> Picture | None:
    """Return the changed or new picture, not saved; None if another operator has removed it."""
    if picture is None:
        if change.encoded is None:
            return None
        picture = Picture(pk=change.id, product_id=product_id)
    picture.alt = change.alt
    if encoded := change.encoded:
        picture.large = picture_files.store(product_id, encoded.large)
        picture.thumbnail = picture_files.store(product_id, encoded.thumbnail)
        picture.width, picture.height = encoded.width, encoded.height
    return picture


def _file_names(pictures: Collection[Picture]) -> set[str]:
    return {name for picture in pictures for name in (picture.large, picture.thumbnail)}


def _remove_unused(product_id: UUID, names: set[str]) -> None:
    with atomic():
        picture_files.remove(names - _file_names(_locked_pictures(product_id).values()))
