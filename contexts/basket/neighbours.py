"""The contexts that basket asks; no other module of it does."""

from building_blocks.interfaces.binding import use
from contexts.catalog.published.interface import Catalog

catalog = use(Catalog)
