"""Order sourcing and allocation, exact and explainable.

    import orderwright as ow

    world, stock = ow.datasets.us_network()
    orders = ow.datasets.make_orders(world, 2000, seed=1)
    plan = ow.Router(world).route(orders[1042], stock)
    print(plan)

`solve`, `verify` and `route` take and give plain JSON objects; `World`, `Order`, `InventoryPool`,
`Router`, `Rules` and `Plan` are the object interface behind them. Costs are decimal.Decimal, quantities
whole units, weights grams, distances kilometres, instants datetime in UTC. Everything that is raised
derives from `Error`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from . import cel
from ._core import (
    Address,
    AllotmentUse,
    ArrivalException,
    ArrivalPlan,
    BackorderDraw,
    BackorderKind,
    BackorderOffer,
    BackorderOffers,
    BackorderRisk,
    BackorderShortage,
    BreakEven,
    ConfirmationStrategy,
    ConfirmedDemand,
    Customer,
    DayShortage,
    Decision,
    DeliveryOption,
    Explanation,
    FeedOutcome,
    FeedResult,
    Incoming,
    InventoryPool,
    Item,
    Language,
    LimitShortage,
    Location,
    LocationKind,
    OptionShipment,
    Order,
    OrderLine,
    Oversold,
    Plan,
    PlanBackorder,
    PlanHold,
    PlanLine,
    PlanOption,
    PlanOutcome,
    PlanProof,
    PlanQuestion,
    PlanRelaxed,
    PlanRuleError,
    PlanSetting,
    PlanShadow,
    PlanStatus,
    PlanVoice,
    PostalTable,
    Reservation,
    ReservationKind,
    ReserveOutcome,
    RouteMode,
    Router,
    RuleCount,
    RuleCounters,
    RuleDecision,
    Shipment,
    ShipmentCost,
    ShipmentMethod,
    Shortage,
    Shortfall,
    ShortReason,
    Stock,
    StockCause,
    StockChange,
    StockFigures,
    StockSnapshot,
    WhyNot,
    World,
    __version__,
    allocate_arrivals,
    distance_km,
)
from ._cases import CaseFailure, CaseReport, CaseResult, check_cases
from ._compare import OrderChange, RuleComparison, compare_rules
from ._delivery import availability, promise
from ._errors import (
    Conflict,
    Error,
    Expired,
    InputWarning,
    InternalError,
    InvalidInput,
    Issue,
    NotAllowed,
    NotFound,
    NotSupported,
    OutOfRange,
)
from ._feed import StockAdjustment, StockCount, StockDelta
from ._findings import Finding
from ._load import load_orders, load_postal_table, load_world
from ._promise import Allotment, Arrival, Backorder, WaitingDemand
from ._route import route
from ._rules import Rules, cost
from ._solve import solve, verify

if TYPE_CHECKING:
    from . import datasets
    from ._condition import Condition
    from ._facts import Facts

__all__ = [
    "Address",
    "Allotment",
    "AllotmentUse",
    "Arrival",
    "ArrivalException",
    "ArrivalPlan",
    "Backorder",
    "BackorderDraw",
    "BackorderKind",
    "BackorderOffer",
    "BackorderOffers",
    "BackorderRisk",
    "BackorderShortage",
    "BreakEven",
    "CaseFailure",
    "CaseReport",
    "CaseResult",
    "Condition",
    "ConfirmationStrategy",
    "ConfirmedDemand",
    "Conflict",
    "Customer",
    "DayShortage",
    "Decision",
    "DeliveryOption",
    "Error",
    "Expired",
    "Explanation",
    "Facts",
    "FeedOutcome",
    "FeedResult",
    "Finding",
    "Incoming",
    "InputWarning",
    "InternalError",
    "InvalidInput",
    "InventoryPool",
    "Issue",
    "Item",
    "Language",
    "LimitShortage",
    "Location",
    "LocationKind",
    "NotAllowed",
    "NotFound",
    "NotSupported",
    "OptionShipment",
    "Order",
    "OrderChange",
    "OrderLine",
    "OutOfRange",
    "Oversold",
    "Plan",
    "PlanBackorder",
    "PlanHold",
    "PlanLine",
    "PlanOption",
    "PlanOutcome",
    "PlanProof",
    "PlanQuestion",
    "PlanRelaxed",
    "PlanRuleError",
    "PlanSetting",
    "PlanShadow",
    "PlanStatus",
    "PlanVoice",
    "PostalTable",
    "Reservation",
    "ReservationKind",
    "ReserveOutcome",
    "RouteMode",
    "Router",
    "RuleComparison",
    "RuleCount",
    "RuleCounters",
    "RuleDecision",
    "Rules",
    "Shipment",
    "ShipmentCost",
    "ShipmentMethod",
    "ShortReason",
    "Shortage",
    "Shortfall",
    "Stock",
    "StockAdjustment",
    "StockCause",
    "StockChange",
    "StockCount",
    "StockDelta",
    "StockFigures",
    "StockSnapshot",
    "WaitingDemand",
    "WhyNot",
    "World",
    "__version__",
    "allocate_arrivals",
    "availability",
    "cel",
    "check_cases",
    "compare_rules",
    "cost",
    "datasets",
    "distance_km",
    "load_orders",
    "load_postal_table",
    "load_world",
    "promise",
    "route",
    "solve",
    "verify",
]


def __getattr__(name: str) -> Any:
    # numpy is loaded by those who use the data sets, conditions, or rules with functions.
    if name == "datasets":
        return importlib.import_module("orderwright.datasets")
    if name == "Condition":
        return importlib.import_module("orderwright._condition").Condition
    if name == "Facts":
        return importlib.import_module("orderwright._facts").Facts
    raise AttributeError(f"module 'orderwright' has no attribute {name!r}")
