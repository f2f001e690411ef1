"""The pictures of a product, as a part of its page: operators upload, describe, order and remove them."""

from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminIntegerFieldWidget

from contexts.catalog.adapters.picture_encoding import EncodedPicture, UnusablePicture, encode
from contexts.catalog.adapters.picture_files import url as file_url
from contexts.catalog.models import Picture
from contexts.catalog.use_cases.arrange_pictures import PictureChange

MAX_PICTURES = 20
PREVIEW_SIDE = 72  # pixels


class PictureField(forms.FileField):
    """An upload, which becomes an `EncodedPicture`."""

    widget = UnfoldAdminFileFieldWidget(attrs={"accept": "image/jpeg,image/png,image/webp"})

    def to_python(self, data: Any) -> EncodedPicture | None:  # type: ignore[override]
        upload = super().to_python(data)
        if upload is None:
            return None
        if upload.size > settings.UPLOAD_LIMIT:
            limit = settings.UPLOAD_LIMIT // 1_000_000
            raise ValidationError(f"{upload.name} is larger than {limit} MB: save it smaller, then upload it again.")
        try:
            return encode(upload)  # type: ignore[arg-type]  # it can be read like any file
        except UnusablePicture as error:
            raise ValidationError(f"{upload.name} cannot be used. {error}", code="unusable") from error


class PictureForm(forms.ModelForm):
    """
    The form of a picture.

    :param place: its position, set by dragging; a new picture without a position comes last.
    """

    upload = PictureField(label="File")
    place = forms.IntegerField(label="Position", required=False, widget=UnfoldAdminIntegerFieldWidget())

    class Meta:
        model = Picture
        fields = ("alt",)
        labels: ClassVar = {"alt": "Description, for people who cannot see the picture"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_new = self.instance._state.adding
        if not self.is_new:
            self.initial.update(place=self.instance.position, upload=self.instance.large)
            self.fields["upload"].required = False

    def clean_upload(self) -> EncodedPicture | None:
        """Return the upload, or None if no file was sent: Django would return the name of the present file."""
        upload = self.cleaned_data["upload"]
        return upload if isinstance(upload, EncodedPicture) else None

    @cached_property
    def changed_data(self) -> list[str]:
        """Return the names of the changed fields; dragging an empty row does not change it."""
        changed: list[str] = super().changed_data
        return [name for name in changed if name != "place"] if self.is_new else changed


class PictureFormSet(PaginationInlineFormSet):
    def clean(self) -> None:
        super().clean()
        if len(self.remaining_forms) > MAX_PICTURES:
            raise ValidationError(f"A product has at most {MAX_PICTURES} pictures: remove some.")

    @property
    def remaining_forms(self) -> list[PictureForm]:
        deleted = self.deleted_forms
        return [form for form in self.forms if form not in deleted and (not form.is_new or form.has_changed())]

    def changes(self) -> list[PictureChange]:
        """Return the pictures that the product shall have, in their order."""
        rows = [(form.instance.pk, form.cleaned_data) for form in self.remaining_forms]
        rows.sort(key=lambda each: MAX_PICTURES if (place := each[1]["place"]) is None else place)
        return [PictureChange(id=pk, alt=data["alt"], encoded=data["upload"]) for pk, data in rows]


class PictureInline(TabularInline):
    model = Picture
    form = PictureForm
    formset = PictureFormSet
    fields = ("preview", "upload", "alt", "place")
    readonly_fields = ("preview",)
    verbose_name_plural = "Pictures; lists show the first one"
    ordering_field = "place"
    hide_ordering_field = True
    extra = 0
    hide_title = True

    @display(description="Picture")
    def preview(self, picture: Picture) -> str:
        if not picture.thumbnail:
            return "–"
        style = f"width: {PREVIEW_SIDE}px; height: {PREVIEW_SIDE}px; object-fit: contain"
        return format_html(
            '<a href="{}" target="_blank"><img src="{}" alt="{}" style="{}"></a>',
            file_url(picture.large),
            file_url(picture.thumbnail),
            picture.alt,
            style,
        )
