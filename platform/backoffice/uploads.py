"""Files that operators send with a form."""

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler


class LimitedUploadHandler(FileUploadHandler):
    """Passes on no more of a file than tells that it is too large, so that a form can say so, and nothing fills up."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start <= settings.UPLOAD_LIMIT else None

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers that keep it."""
