"""One order, four ways: from the store's shelf, to the store from a warehouse, to a friend, and a download.

    python examples/pickup.py
"""

import orderwright as ow

DAY = ["09:00", "19:00"]
WORLD = {
    "format": "orderwright.world/1",
    "currency": "USD",
    "locations": [
        {
            "id": "OAK", "kind": "store", "name": "Oakland store", "country": "US",
            "lat": 37.81, "lon": -122.27, "time_zone": "America/Los_Angeles",
            "cost_per_shipment": "1.20", "rate_cards": ["parcel"],
            "hours": {day: DAY for day in ("mon", "tue", "wed", "thu", "fri", "sat")},
            "pickup": {"lead_minutes": 90, "ship_to_store": True},
        },
        {
            "id": "RNO", "name": "Reno", "country": "US",
            "lat": 39.49, "lon": -119.74, "time_zone": "America/Los_Angeles",
            "cost_per_shipment": "2.50", "rate_cards": ["parcel"],
            "cutoffs": {"ground": "15:00"},
        },
        {
            "id": "PRINTER", "kind": "dropship", "name": "Poster printer", "country": "US",
            "lat": 41.88, "lon": -87.63, "time_zone": "America/Chicago",
            "cost_per_shipment": "4.00", "rate_cards": ["parcel"],
        },
    ],
    "items": [
        {"sku": "MUG", "weight_g": 350},
        {"sku": "LAMP", "weight_g": 2300},
        {"sku": "POSTER", "weight_g": 200},
        {"sku": "PATTERN", "requires_shipping": False},
    ],
    "stock": [
        {"location": "OAK", "sku": "MUG", "on_hand": 3},
        {"location": "RNO", "sku": "LAMP", "on_hand": 8},
        {"location": "PRINTER", "sku": "POSTER", "on_hand": None},  # printed when ordered
    ],
    "rate_cards": {
        "parcel": {
            "services": {
                "ground": {
                    "zones_km": [500, 2000, None], "transit_days": [1, 3, 5],
                    "steps": [[1000, ["4.10", "6.10", "9.10"]], [None, ["7.30", "9.80", "14.00"]]],
                }
            }
        }
    },
}  # fmt: skip

# Saturday noon in Oakland. The mug and the lamp are collected; the poster goes to a friend.
ORDER = {
    "id": "1042",
    "placed_at": "2026-11-21T12:00:00-08:00",
    "method": "pickup",
    "pickup_at": "OAK",
    "lines": [
        {"id": "1", "sku": "MUG", "quantity": 2},
        {"id": "2", "sku": "LAMP", "quantity": 1},
        {
            "id": "3", "sku": "POSTER", "quantity": 1, "method": "ship", "ship_group": "gift",
            "ship_to": {"country": "US", "city": "Denver", "lat": 39.74, "lon": -104.99},
        },
        {"id": "4", "sku": "PATTERN", "quantity": 1},
    ],
}  # fmt: skip


def main() -> None:
    world, stock = ow.load_world(WORLD)
    pool = ow.InventoryPool(world, stock)
    decision = ow.Router(world).route_and_reserve(ow.Order.from_dict(world, ORDER), pool)
    print(decision.plan)

    # What each place is asked to do. A pickup after a transfer hands over what the transfer brings.
    for shipment in decision.plan.shipments:
        goods = ", ".join(f"{line.quantity} {line.sku}" for line in shipment.lines)
        task = {
            ow.ShipmentMethod.SHIP: f"ship {goods} by {shipment.service}",
            ow.ShipmentMethod.TRANSFER: f"send {goods} to {shipment.to}",
            ow.ShipmentMethod.PICKUP: f"hand over {goods} from {shipment.ship_by:%a %H:%M} UTC",
        }[shipment.method]
        print(f"{shipment.location:<8}{task}")
    print(f"reserved in Reno: {pool.figures('LAMP', 'RNO').hard} lamp")


if __name__ == "__main__":
    main()
