"""Routes 2,000 orders over a made US network and prints the plan of one of them."""

import orderwright as ow

# 425 sites with their stock, and orders placed with them. Both come with the package.
world, stock = ow.datasets.us_network()
orders = ow.datasets.make_orders(world, 2000, seed=1)

# The cheapest way to source one order, with proof. Nothing is reserved.
router = ow.Router(world)
print(router.route(orders[1042], stock))

# All orders, each taking its stock before the next one is routed.
plans = router.route_all(orders, stock)
full = sum(plan.status == ow.PlanStatus.PLANNED for plan in plans)
shipments = sum(len(plan.shipments) for plan in plans)
cost = sum(plan.cost for plan in plans)
print(
    f"{len(plans):,} orders: {shipments:,} shipments, {cost:,} {world.currency}, "
    f"{full:,} orders sourced in full"
)
