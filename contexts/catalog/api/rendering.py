"""Pictures as bytes; a problem document instead of a picture, as JSON."""

from collections.abc import Mapping
from typing import Any

from web_api.rendering import JSONRenderer


class PictureRenderer(JSONRenderer):
    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return data if isinstance(data, bytes) else super().render(data, accepted_media_type, renderer_context)


class SVGRenderer(PictureRenderer):
    media_type = "image/svg+xml"
    format = "svg"


class WebPRenderer(PictureRenderer):
    media_type = "image/webp"
    format = "webp"
