"""The contexts that basket calls; other modules call them only through this one."""

from building_blocks.interfaces.binding import use
from contexts.catalog.published.interface import Catalog

catalog = use(Catalog)
