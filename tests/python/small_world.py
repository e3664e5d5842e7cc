"""A small network that a reader can compute by hand, and orders on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

WORLD: dict[str, Any] = {
    "format": "orderwright.world/1",
    "currency": "USD",
    "locations": [
        {
            "id": "RNO",
            "name": "Reno",
            "country": "US",
            "region": "NV",
            "postal_code": "89502",
            "lat": 39.53,
            "lon": -119.81,
            "time_zone": "America/Los_Angeles",
            "tags": ["west"],
            "attributes": {"dock": 4, "night": True, "note": "x"},
            "cost_per_shipment": "2.50",
            "cost_per_unit": "0.10",
            "rate_cards": ["default"],
        },
        {
            "id": "MEM",
            "kind": "third_party",
            "name": "Memphis",
            "country": "US",
            "lat": 35.15,
            "lon": -90.05,
            "cost_per_shipment": "1.00",
            "rate_cards": ["default"],
        },
    ],
    "items": [
        {"sku": "MUG", "weight_g": 350, "unit_value": "8.00", "dimensions_mm": [120, 90, 100]},
        {"sku": "TEE", "weight_g": 200, "tags": ["soft"]},
    ],
    "stock": [
        {"location": "RNO", "sku": "MUG", "on_hand": 5, "safety_stock": 1},
        {"location": "MEM", "sku": "MUG", "on_hand": 3},
        {"location": "MEM", "sku": "TEE", "on_hand": 2},
    ],
    "rate_cards": {
        "default": {
            "carrier": "acme",
            "services": {
                "ground": {
                    "zones_km": [500, None],
                    "transit_days": [1, 4],
                    "steps": [[1000, ["4.00", "6.00"]], [None, ["9.00", "12.00"]]],
                }
            },
        }
    },
    "costs": {"split_penalty": "0.50", "shortfall_penalty_per_unit": "100.00"},
}


def order(id_: str, *lines: tuple[str, int], **fields: Any) -> dict[str, Any]:
    """An order of (sku, quantity) lines to San Francisco."""
    return {
        "id": id_,
        "channel": "web",
        "placed_at": "2026-11-23T17:14:00Z",
        "ship_to": {"country": "US", "postal_code": "94103", "lat": 37.77, "lon": -122.42},
        "lines": [
            {"id": str(n + 1), "sku": sku, "quantity": quantity}
            for n, (sku, quantity) in enumerate(lines)
        ],
        **fields,
    }
