"""Binds a stand-in to catalog's interface; calls of it still travel as JSON (INTERFACE_CARRIER in tests.settings)."""

import pytest

from building_blocks.interfaces import binding
from building_blocks.interfaces.declare import check_conformance
from contexts.catalog.published.interface import Catalog
from tests.basket.catalog import CatalogStandIn


@pytest.fixture
def catalog(monkeypatch: pytest.MonkeyPatch) -> CatalogStandIn:
    """The catalog that basket calls: nothing is on sale until the test sells it."""
    check_conformance(Catalog, CatalogStandIn)
    stand_in = CatalogStandIn()
    monkeypatch.setitem(binding._facades, Catalog, stand_in)
    return stand_in
