"""Pictures out as they are; what went wrong instead, as JSON."""

from collections.abc import Mapping
from typing import Any

from web_api.rendering import JSONRenderer


class SVGRenderer(JSONRenderer):
    media_type = "image/svg+xml"
    format = "svg"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if isinstance(data, str):
            return data.encode()
        return super().render(data, accepted_media_type, renderer_context)


class WebPRenderer(JSONRenderer):
    media_type = "image/webp"
    format = "webp"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if isinstance(data, bytes):
            return data
        return super().render(data, accepted_media_type, renderer_context)
