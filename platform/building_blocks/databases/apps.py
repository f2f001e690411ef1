from django.apps import AppConfig


class DatabasesConfig(AppConfig):
    name = "building_blocks.databases"
    label = "databases"
