"""The size limit of files that operators send with a form."""

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler


class LimitedUploadHandler(FileUploadHandler):
    """Drops the rest of a file that is too large, so that memory and disk do not fill up. The form can report it."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start <= settings.UPLOAD_LIMIT else None

    def file_complete(self, file_size: int) -> None:
        """Return None: later handlers store the file."""
