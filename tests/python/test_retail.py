"""The reader of UCI's Online Retail, on small files of its form."""

from __future__ import annotations

import gzip
from decimal import Decimal
from pathlib import Path

import pytest

import orderwright as ow

HEAD = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
ROWS = (
    "536365,85123A,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.55,17850,United Kingdom\n"
    "536365,71053,WHITE LANTERN,2,2010-12-01 08:26:00,3.39,17850,United Kingdom\n"
    "536366,85123a,WHITE HANGING HEART,4,2010-12-01 08:26:00,2.55,17850,United Kingdom\n"
    "C536367,71053,WHITE LANTERN,-1,2010-12-01 08:28:00,3.39,17850,United Kingdom\n"
    "536368,POST,POSTAGE,1,2010-12-01 08:28:00,18.00,12583,France\n"
    "536369,71053,WHITE LANTERN,1,2010-12-01 08:30:00,3.39,,United Kingdom\n"
    "536370,71053,WHITE LANTERN,9,2011-07-01 09:00:00,0.00,12583,France\n"
    "536371,71053,WHITE LANTERN,3,2011-07-01 09:00:00,3.39,12583.0,France\n"
)


def write(tmp_path: Path, text: str, name: str = "retail.csv") -> Path:
    path = tmp_path / name
    data = text.encode("cp1252")
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


@pytest.mark.parametrize("name", ["retail.csv", "retail.csv.gz"])
def test_orders_are_what_a_customer_bought_in_a_minute(tmp_path: Path, name: str) -> None:
    retail = ow.datasets.online_retail(write(tmp_path, HEAD + ROWS, name))
    assert retail.facts == (8, 1, 1, 2, 2, 3, 15, 2, 2)
    assert len(retail) == 2 and repr(retail) == "Retail(2 orders, 3 lines)"
    first, second = retail
    assert first["customer"] == {"id": "17850"} and second["customer"] == {"id": "12583"}
    # London is an hour ahead of UTC in summer.
    assert first["placed_at"] == "2010-12-01T08:26:00Z"
    assert second["placed_at"] == "2011-07-01T08:00:00Z"
    assert first["lines"] == [
        {"id": "1", "sku": "85123A", "quantity": 10, "unit_price": "2.55"},
        {"id": "2", "sku": "71053", "quantity": 2, "unit_price": "3.39"},
    ]
    assert [item["sku"] for item in retail.items()] == ["85123A", "71053"]
    assert retail.items()[0]["attributes"] == {"description": "WHITE HANGING HEART"}


def test_its_orders_route_over_its_network(tmp_path: Path) -> None:
    retail = ow.datasets.online_retail(write(tmp_path, HEAD + ROWS))
    world, stock = retail.network()
    plans = ow.Router(world).route_all(retail.orders(world), ow.InventoryPool(world, stock))
    assert [plan.status for plan in plans] == [ow.PlanStatus.PLANNED] * 2
    assert all(plan.cost > Decimal(0) for plan in plans)
    assert len(retail.orders(world, 1)) == 1
    document = retail.world_document(scarcity=0.5)
    held = sum(row["on_hand"] for row in document["stock"])
    assert held == 5 + 3  # half of 10, and half of 5 rounded up


@pytest.mark.parametrize("form", ["%m/%d/%Y %H:%M", "%Y-%m-%d %H:%M"])
def test_times_as_spreadsheets_save_them(tmp_path: Path, form: str) -> None:
    at = {"%m/%d/%Y %H:%M": "12/01/2010 08:26", "%Y-%m-%d %H:%M": "2010-12-01 08:26"}[form]
    text = HEAD + ROWS.splitlines(keepends=True)[0].replace("2010-12-01 08:26:00", at)
    (order,) = ow.datasets.online_retail(write(tmp_path, text))
    assert order["placed_at"] == "2010-12-01T08:26:00Z"


def test_what_is_wrong_is_said_with_its_line(tmp_path: Path) -> None:
    row = "536365,85123A,HEART,six,2010-12-01 08:26:00,2.55,17850,UK\n"
    late = "536365,85123A,HEART,6,yesterday,2.55,17850,UK\n"
    with pytest.raises(ow.InvalidInput, match=r"line 2: 'six'") as error:
        ow.datasets.online_retail(write(tmp_path, HEAD + row + late))
    assert [issue["path"] for issue in error.value.issues] == ["2.quantity", "3.at"]
    with pytest.raises(ow.InvalidInput, match="no column for code"):
        ow.datasets.online_retail(write(tmp_path, HEAD.replace("StockCode", "Thing") + ROWS))
    with pytest.raises(ow.InvalidInput, match="the file is empty"):
        ow.datasets.online_retail(write(tmp_path, ""))
    with pytest.raises(ow.NotFound, match="no such file"):
        ow.datasets.online_retail(tmp_path / "absent.csv")
    retail = ow.datasets.online_retail(write(tmp_path, HEAD + ROWS))
    with pytest.raises(ow.InvalidInput, match="scarcity"):
        retail.network(scarcity=1)
    with pytest.raises(ow.InvalidInput, match="limit"):
        retail.orders(retail.network()[0], -1)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e400", "3000000000", ""])
@pytest.mark.parametrize("column", [3, 5])
def test_numbers_that_are_none_or_too_large(tmp_path: Path, value: str, column: int) -> None:
    cells = ROWS.splitlines()[0].split(",")
    cells[column] = value
    with pytest.raises(ow.InvalidInput, match="line 2: .* is no number, or too large"):
        ow.datasets.online_retail(write(tmp_path, HEAD + ",".join(cells) + "\n"))


def test_files_that_are_broken(tmp_path: Path) -> None:
    whole = gzip.compress((HEAD + ROWS).encode())
    for name, data in {
        "cut.csv.gz": whole[:-20],
        "not.csv.gz": b"plain text",
        "long.csv": (HEAD + "x" * 10_000_000).encode(),
    }.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(ow.InvalidInput, match=name):
            ow.datasets.online_retail(tmp_path / name)


def test_the_sheet_itself(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for line in (HEAD + ROWS).splitlines():
        book.active.append(line.split(","))
    path = tmp_path / "Online Retail.xlsx"
    book.save(path)
    assert len(ow.datasets.online_retail(path)) == 2
    path.write_bytes(b"no sheet")
    with pytest.raises(ow.InvalidInput, match="cannot be read"):
        ow.datasets.online_retail(path)
