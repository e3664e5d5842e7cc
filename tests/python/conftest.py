"""The small network as documents and as objects."""

from __future__ import annotations

import copy
from typing import Any

import pytest

import orderwright as ow
from small_world import WORLD


@pytest.fixture
def document() -> dict[str, Any]:
    """The network as a world/1 document; a copy that a test may change."""
    return copy.deepcopy(WORLD)


@pytest.fixture
def loaded(document: dict[str, Any]) -> tuple[ow.World, ow.Stock]:
    return ow.load_world(document)


@pytest.fixture
def world(loaded: tuple[ow.World, ow.Stock]) -> ow.World:
    return loaded[0]


@pytest.fixture
def stock(loaded: tuple[ow.World, ow.Stock]) -> ow.Stock:
    return loaded[1]


@pytest.fixture
def pool(world: ow.World, stock: ow.Stock) -> ow.InventoryPool:
    return ow.InventoryPool(world=world, stock=stock)


@pytest.fixture
def router(world: ow.World) -> ow.Router:
    return ow.Router(world=world, verify=True)


@pytest.fixture(scope="session")
def network() -> tuple[ow.World, ow.Stock]:
    """The made US network, smaller."""
    return ow.datasets.us_network(items=500)
