from django.apps import AppConfig


class DatabasesConfig(AppConfig):
    name = "building_blocks.databases"
    label = "databases"

    def ready(self) -> None:
        from building_blocks.databases import checks  # noqa: F401 - importing registers them
