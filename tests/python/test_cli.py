"""The command `orderwright`, as a process."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import orderwright as ow
from small_world import WORLD, order
from test_solve import PROBLEM


def run(*arguments: object, stdin: str | bytes = b"", **options: Any) -> Any:
    """The finished process; stdout and stderr are text."""
    done = subprocess.run(
        [sys.executable, "-m", "orderwright", *map(str, arguments)],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        timeout=120,
        check=False,
        **options,
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


@pytest.fixture
def world_file(document: dict[str, Any], tmp_path: Path) -> Path:
    path = tmp_path / "world.json"
    path.write_text(json.dumps(document))
    return path


def write_orders(path: Path, *orders: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(entry) + "\n" for entry in orders))
    return path


# -- Usage ----------------------------------------------------------------------------------------


def test_help_and_version() -> None:
    done = run("--help")
    assert done.returncode == 0 and "solve" in done.stdout and "route" in done.stdout
    for command in ("solve", "route"):
        done = run(command, "--help")
        assert done.returncode == 0 and done.stdout.startswith(f"usage: orderwright {command}")
    assert run("--version").stdout == f"orderwright {ow.__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("fly",),
        ("solve",),
        ("solve", "a", "b"),
        ("solve", "a", "--time-limit", "soon"),
        ("route", "orders.jsonl"),
        ("route", "--world", "w.json"),
        ("route", "--world", "w.json", "a.jsonl", "--orders", "b.jsonl"),
        ("route", "--world", "-", "-"),
        ("route", "--world", "w.json", "o.jsonl", "--mode", "fast"),
        ("route", "--world", "w.json", "o.jsonl", "--rules", "r.json"),
        ("explain", "1042"),
        ("explain", "--from", "p.jsonl"),
        ("explain", "1042", "--from", "p.jsonl", "--json", "--html"),
    ],
)
def test_bad_usage_is_status_2_with_a_message(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 2 and done.stderr and done.stdout == ""


def test_the_installed_command_is_the_same() -> None:
    from orderwright.__main__ import main

    with pytest.raises(SystemExit) as raised:
        main(["--version"])
    assert raised.value.code == 0


# -- solve ----------------------------------------------------------------------------------------


def test_solve_prints_the_solution(tmp_path: Path) -> None:
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(PROBLEM))
    for done in (run("solve", path), run("solve", "-", stdin=json.dumps(PROBLEM))):
        assert done.returncode == 0 and done.stderr == ""
        assert json.loads(done.stdout) == ow.solve(PROBLEM)


def test_solve_verifies_and_writes_a_file(tmp_path: Path) -> None:
    out = tmp_path / "solution.json"
    out.write_text("old")
    out.chmod(0o640)
    done = run(
        *("solve", "-", "--verify", "--out", out, "--time-limit", "60", "--node-limit", "1000"),
        stdin=json.dumps(PROBLEM),
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "verified: cost 3600001\n"
    # A clock that could have stopped the search makes the answer one of this machine.
    assert json.loads(out.read_text()) == {**ow.solve(PROBLEM), "deterministic": False}
    assert out.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["solution.json"]


def test_solve_names_every_issue_with_its_place(tmp_path: Path) -> None:
    bad = json.loads(json.dumps(PROBLEM))
    bad["orders"][0]["lines"][0]["quantity"] = -2
    bad["locations"][1]["id"] = "RNO"
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(bad, indent=1))
    done = run("solve", path)
    assert done.returncode == 2 and done.stdout == ""
    lines = done.stderr.splitlines()
    assert any(
        line.startswith(f"{path}:") and ": orders[0].lines[0].quantity: " in line for line in lines
    )
    assert any(": locations[1].id: " in line for line in lines)


def test_bad_input_leaves_the_old_output(tmp_path: Path) -> None:
    out = tmp_path / "solution.json"
    out.write_text("old")
    assert run("solve", "-", "--out", out, stdin="{").returncode == 2
    assert out.read_text() == "old"
    assert run("solve", "-", "--node-limit", "-1", stdin=json.dumps(PROBLEM)).returncode == 2
    done = run("solve", "-", "--out", tmp_path / "no/such/file", stdin=json.dumps(PROBLEM))
    assert done.returncode == 2 and "no/such" in done.stderr
    assert run("solve", tmp_path / "none.json").returncode == 2


# -- route ----------------------------------------------------------------------------------------


def test_route_prints_a_plan_a_line_and_a_summary(world_file: Path, tmp_path: Path) -> None:
    listed = [order(str(n), ("TEE", 1)) for n in range(3)]
    orders = write_orders(tmp_path / "orders.jsonl", *listed)
    want = ow.route(world_file, listed)
    for arguments in ((orders,), ("--orders", orders), ("--no-progress", orders)):
        done = run("route", "--world", world_file, *arguments)
        assert done.returncode == 0
        assert [json.loads(line) for line in done.stdout.splitlines()] == want
        assert done.stderr.startswith(
            "3 orders: 2 planned, 0 short, 1 unroutable; 2 shipments; cost 114.00 USD; "
        )
    done = run("route", "--world", world_file, "-", "--progress", stdin=orders.read_bytes())
    assert "3/3" in done.stderr
    done = run(
        *("route", "--world", world_file, orders, "--mode", "independent", "--threads", "2"),
        *("--now", "2026-11-23T00:00:00Z", "--out", tmp_path / "plans.jsonl"),
    )
    assert done.returncode == 0 and done.stdout == "" and "3 planned" in done.stderr
    assert len((tmp_path / "plans.jsonl").read_text().splitlines()) == 3


def test_route_reads_csv_and_a_postal_table(
    document: dict[str, Any], world_file: Path, tmp_path: Path
) -> None:
    del document["locations"][0]["lat"], document["locations"][0]["lon"]
    world_file.write_text(json.dumps(document))
    postal = tmp_path / "postal.csv"
    postal.write_text("zip,lat,lon\n89502,39.53,-119.81\n")
    orders = tmp_path / "orders.csv"
    orders.write_text("id,sku,quantity\n7,MUG,2\n7,TEE,1\n8,MUG,1\n")
    done = run("route", "--world", world_file, "--postal", postal, orders)
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["order"] for line in done.stdout.splitlines()] == ["7", "8"]
    assert "warning" not in done.stderr
    done = run("route", "--world", world_file, orders)
    assert done.returncode == 0
    assert done.stderr.startswith(f"warning: {world_file}:1:")


def test_unknown_fields_are_errors_or_warnings(world_file: Path, tmp_path: Path) -> None:
    orders = write_orders(tmp_path / "orders.jsonl", order("7", ("MUG", 1), colour="red"))
    done = run("route", "--world", world_file, orders)
    assert done.returncode == 2 and ": colour: " in done.stderr
    done = run("route", "--world", world_file, orders, "--lenient")
    assert done.returncode == 0 and done.stderr.startswith(f"warning: {orders}:1:")


def test_all_issues_of_all_orders_are_shown(world_file: Path, tmp_path: Path) -> None:
    orders = tmp_path / "orders.jsonl"
    write_orders(orders, order("1", ("MUG", -1)), order("2", ("CUP", 1)))
    with orders.open("a") as file:
        file.write('{"id": "3", "lines": [{"id": "1", "sku": }]}\n')
    done = run("route", "--world", world_file, orders)
    assert done.returncode == 2 and done.stdout == ""
    first, second, third = done.stderr.splitlines()
    assert first.startswith(f"{orders}:1:") and ": lines[0].quantity: " in first
    assert second.startswith(f"{orders}:2:") and "'CUP'" in second
    assert third.startswith(f"{orders}:3:42: ")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{"id": "1", "lines": [{"id": "1", "sku": "MUG", "quantity": NaN}]}', "1:"),
        ('{"id": "1", "risk": Infinity, "lines": []}', "1:"),
        ('{"id": "1", "lines": [{"id": "1", "sku": "MUG", "quantity": 1.5}]}', "lines[0].quantity"),
        (
            '{"id": "1", "lines": [{"id": "1", "sku": "MUG", "quantity": 9e99}]}',
            "lines[0].quantity",
        ),
        ('{"id": "1", "id": "2", "lines": []}', "id"),
        ('\n\n{"id": "1", "lines": ]}', "3:"),
        ('[{"id": "1"},', "1:"),
        ('"orders"', "1:"),
        ("\x00", "1:"),
        ("\xff", "1:"),
    ],
)
def test_orders_that_are_none_are_bad_input(world_file: Path, text: str, where: str) -> None:
    done = run("route", "--world", world_file, "-", stdin=text.encode("latin-1"))
    assert (done.returncode, done.stdout) == (2, "")
    assert all(line.startswith("<text>:") for line in done.stderr.splitlines()), done.stderr
    assert where in done.stderr


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("id,sku,quantity\n1,MUG,-2\n2,CUP,1\n", [":2:", ":3:"]),
        ("id,sku,quantity\n1,MUG,many\n", [":2:"]),
        ("id,sku,quantity,colour\n1,MUG,1,red\n", [":1:"]),
        ('id,sku,quantity\n1,"MUG,1\n', [":2:"]),
        ("sku,quantity\nMUG,1\n", [":1:"]),
    ],
)
def test_every_bad_row_of_a_table_is_named(
    world_file: Path, tmp_path: Path, text: str, where: list[str]
) -> None:
    orders = tmp_path / "orders.csv"
    orders.write_text(text)
    done = run("route", "--world", world_file, orders)
    assert (done.returncode, done.stdout) == (2, "")
    for place in where:
        assert f"{orders}{place}" in done.stderr


def test_the_first_hundred_issues_are_shown_and_all_are_counted(
    world_file: Path, tmp_path: Path
) -> None:
    orders = write_orders(
        tmp_path / "orders.jsonl", *(order(str(n), ("MUG", -1)) for n in range(250))
    )
    lines = run("route", "--world", world_file, orders).stderr.splitlines()
    assert len(lines) == 101 and lines[-1] == "orderwright: 250 errors; the first 100 are shown"


def test_a_line_of_10_mb_hides_nothing(world_file: Path, tmp_path: Path) -> None:
    orders = tmp_path / "orders.jsonl"
    long = order("1", ("MUG", 1), attributes={"note": "x" * 10_000_000})
    write_orders(orders, long, order("2", ("CUP", 1)))
    done = run("route", "--world", world_file, orders)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith(f"{orders}:2:")
    write_orders(orders, long, order("2", ("MUG", 1)))
    assert run("route", "--world", world_file, orders).returncode == 0


@pytest.mark.parametrize("text", ["", "\n\n", "[]"])
def test_no_orders_are_no_plans_and_said_so(world_file: Path, text: str) -> None:
    done = run("route", "--world", world_file, "-", stdin=text)
    assert (done.returncode, done.stdout) == (0, "")
    warning, summary = done.stderr.splitlines()
    assert warning == "warning: <text>: there are no orders" and summary.startswith("0 orders: ")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\x00", "\xff"])
def test_a_world_that_is_none_is_bad_input(text: str) -> None:
    done = run("route", "--world", "-", "orders.jsonl", stdin=text.encode("latin-1"))
    assert done.returncode == 2 and done.stderr.startswith("<text>:")


def ground(world: dict[str, Any]) -> dict[str, Any]:
    service: dict[str, Any] = world["rate_cards"]["default"]["services"]["ground"]
    return service


STEPS = "rate_cards.default.services.ground.steps"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda w: w["locations"].append(w["locations"][0]), ["locations[2].id: 'RNO' "]),
        (lambda w: w["items"].append({"sku": "MUG"}), ["items[2].sku: 'MUG' "]),
        (lambda w: w["stock"].append(w["stock"][0]), ["stock[3]: 'MUG' at 'RNO' "]),
        (
            lambda w: w["stock"].append({"location": "RNX", "sku": "MUGS", "on_hand": 1}),
            ["stock[3].location: ", "did you mean 'RNO'?", "stock[3].sku: ", "mean 'MUG'?"],
        ),
        (
            lambda w: w["locations"][0].update(time_zone="America/Los_Angles"),
            ["locations[0].time_zone: 'America/Los_Angles' is not "],
        ),
        (lambda w: w["locations"][0].update(lat=91), ["locations[0].lat: "]),
        (lambda w: w["locations"][0].update(lat="39.5"), ["locations[0].lat: "]),
        (lambda w: w["locations"][0].pop("lon"), ["locations[0].lon: "]),
        (lambda w: w["locations"][0].update(lat=float("nan")), ["expected a value, found 'N'"]),
        (
            lambda w: ground(w).update(steps=[[9, ["4.00", "6.00"]], [None, ["3.00", "9.00"]]]),
            [f"{STEPS}[1]: ", "costs 3.00, less than the 4.00"],
        ),
        (
            lambda w: ground(w).update(steps=[[9, ["4.00", "6.00"]], [8, ["5.00", "9.00"]]]),
            [f"{STEPS}[1]: a step ends at 8 g"],
        ),
        (lambda w: ground(w).update(steps=[[None, ["4.00"]]]), [f"{STEPS}[0]: "]),
        (
            lambda w: w["locations"][1].update(rate_cards=["cheap"]),
            ["locations[1].rate_cards[0]: "],
        ),
        (lambda w: w["stock"][0].update(on_hand=-1), ["stock[0].on_hand: on_hand is -1"]),
        (lambda w: w["stock"][0].update(on_hand=2**31), ["stock[0].on_hand: "]),
        (lambda w: w["stock"][0].update(on_hand=2**64), ["stock[0].on_hand: "]),
        (lambda w: w.update(currency="USX"), ["currency: 'USX' is not "]),
        (lambda w: w.update(fx={"EUR": "-1"}), ["fx.EUR: "]),
        (
            lambda w: w["costs"].update(split_penalty=0.5, shortfall_penalty_per_unit="1e99"),
            ["costs.split_penalty: ", "costs.shortfall_penalty_per_unit: "],
        ),
    ],
)
def test_every_bad_field_of_a_world_is_named_with_its_place(
    document: dict[str, Any],
    tmp_path: Path,
    change: Callable[[dict[str, Any]], Any],
    said: list[str],
) -> None:
    change(document)
    path, out = tmp_path / "world.json", tmp_path / "plans.jsonl"
    path.write_text(json.dumps(document, indent=1))
    orders = write_orders(tmp_path / "orders.jsonl", order("1", ("MUG", 1)))
    done = run("route", "--world", path, orders, "--out", out)
    assert (done.returncode, done.stdout, out.exists()) == (2, "", False)
    for text in said:
        assert text in done.stderr
    for line in done.stderr.splitlines():
        assert re.match(rf"{re.escape(str(path))}:[1-9]\d*:[1-9]\d*: ", line), line


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (order("1", ("MUGS", 1)), "lines[0].sku: the world has no SKU 'MUGS'; did you mean 'MUG'?"),
        (order("1", ("MUG", 0)), "lines[0].quantity: "),
        (order("1", ("MUG", 2**31)), "lines[0].quantity: "),
        (order("1", ("MUG", 2**64)), "lines[0].quantity: "),
        (order("1", ("MUG", 2**30), ("TEE", 2**30)), "lines: the quantities sum to more than "),
        (order("1"), "lines: "),
        (order("0", ("MUG", 1)), "id: there is another order '0' before"),
        (order("1", ("MUG", 1), currency="EUR"), "currency: the world has no rate (fx) of EUR to "),
        (order("1", ("MUG", 1), currency="XXQ"), "currency: 'XXQ' is not "),
        (order("1", ("MUG", 1), service="grund"), "service: "),
        (order("1", ("MUG", 1), placed_at="2026-02-30T00:00:00Z"), "placed_at: "),
        (order("1", ("MUG", 1), placed_at="2026-02-20T00:00:00"), "placed_at: "),
        (order("1", ("MUG", 1), ship_to={"lat": 91, "lon": 0}), "ship_to.lat: "),
    ],
)
def test_a_bad_order_is_named_and_none_is_routed(
    world_file: Path, tmp_path: Path, bad: dict[str, Any], said: str
) -> None:
    orders = write_orders(tmp_path / "orders.jsonl", order("0", ("MUG", 1)), bad)
    done = run("route", "--world", world_file, orders)
    assert (done.returncode, done.stdout) == (2, "")
    assert f": {said}" in done.stderr
    for line in done.stderr.splitlines():
        assert re.match(rf"{re.escape(str(orders))}:2:[1-9]\d*: ", line), line


def test_output_that_cannot_be_written_is_said_before_the_work(
    world_file: Path, tmp_path: Path
) -> None:
    orders = tmp_path / "none.jsonl"  # would be the next thing to fail
    for out, said in (
        (tmp_path, "Is a directory"),
        (tmp_path / "no" / "plans.jsonl", f"there is no folder '{tmp_path}/no'"),
        (world_file / "plans.jsonl", f"there is no folder '{world_file}'"),
    ):
        done = run("route", "--world", world_file, orders, "--out", out)
        assert done.returncode == 2 and done.stderr == f"orderwright: {out}: {said}\n"


def test_closed_streams_are_no_bugs(world_file: Path, tmp_path: Path) -> None:
    orders = write_orders(tmp_path / "orders.jsonl", order("1", ("MUG", 1)))
    command = f"{sys.executable} -m orderwright route --world {world_file}"

    def shell(tail: str) -> tuple[int, str, str]:
        done = subprocess.run(
            ["sh", "-c", f"{command} {tail}"], capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout, done.stderr

    assert shell("- <&-") == (2, "", "orderwright: standard input: it is closed\n")
    assert shell(f"{orders} >&-") == (2, "", "orderwright: standard output: it is closed\n")
    status, plans, errors = shell(f"{orders} 2>&-")
    assert (status, len(plans.splitlines()), errors) == (0, 1, "")
    status, _, errors = shell(f"{orders} >/dev/full")
    assert (status, errors) == (2, "orderwright: No space left on device\n")


def test_plans_are_utf8_whatever_the_locale(world_file: Path, tmp_path: Path) -> None:
    orders = write_orders(tmp_path / "orders.jsonl", order("№ 1 😀", ("MUG", 1)))
    locale = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    done = run("route", "--world", world_file, orders, env=locale)
    assert done.returncode == 0 and json.loads(done.stdout)["order"] == "№ 1 😀"


def test_a_time_that_is_none_is_bad_input(world_file: Path) -> None:
    done = run("route", "--world", world_file, "-", "--now", "soon")
    assert done.returncode == 2 and done.stderr.startswith("now: ")


def test_output_goes_to_devices_and_closed_pipes(world_file: Path, tmp_path: Path) -> None:
    orders = write_orders(tmp_path / "orders.jsonl", *(order(str(n), ("MUG", 1)) for n in range(9)))
    assert run("route", "--world", world_file, orders, "--out", "/dev/null").returncode == 0
    assert Path("/dev/null").is_char_device()
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.run(
        [sys.executable, "-m", "orderwright", "route", "--world", world_file, orders],
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert process.returncode == 0 and b"Traceback" not in process.stderr


def heed_interrupts() -> None:
    """A shell starts a job in the background deaf to Ctrl-C, and its children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("command", ["solve", "route"])
def test_ctrl_c_is_status_130(command: str, tmp_path: Path) -> None:
    fifo = tmp_path / "input"
    os.mkfifo(fifo)
    arguments = ["solve", fifo] if command == "solve" else ["route", "--world", fifo, "x.jsonl"]
    process = subprocess.Popen(
        [sys.executable, "-m", "orderwright", *map(str, arguments)],
        stderr=subprocess.PIPE,
        preexec_fn=heed_interrupts,
    )
    with fifo.open("w"):  # opens once the command reads
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors
    assert errors == b"interrupted\n"


def test_ctrl_c_stops_routing(tmp_path: Path) -> None:
    from orderwright.datasets import network, orders

    document = network.world_document(200)
    (tmp_path / "world.json").write_text(json.dumps(document))
    made = orders.generate(document, 1000, seed=1)
    lines = [{**made[n % 1000], "id": str(n)} for n in range(60_000)]
    write_orders(tmp_path / "orders.jsonl", *lines)
    out = tmp_path / "plans.jsonl"
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "orderwright", "route", "--progress", "--out", str(out)),
            *("--world", str(tmp_path / "world.json"), str(tmp_path / "orders.jsonl")),
        ],
        stderr=subprocess.PIPE,
        preexec_fn=heed_interrupts,
    )
    assert process.stderr is not None
    shown = b""
    while b"orders" not in shown:  # the bar: it routes
        shown += process.stderr.read(1)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert errors.endswith(b"interrupted\n") and not out.exists()


# -- Rules ----------------------------------------------------------------------------------------

RULES = """\
format: orderwright.rules/1
version: "17"
rules:
  - {id: no-reno, kind: eligible, require: location.id != 'RNO'}
  - {id: look, kind: hold, when: order.units > 1, reason: more than one}
"""


def test_route_obeys_a_file_of_rules(tmp_path: Path) -> None:
    world, orders, rules = tmp_path / "w.json", tmp_path / "o.jsonl", tmp_path / "rules.yaml"
    world.write_text(json.dumps(WORLD))
    orders.write_text("\n".join(json.dumps(order(str(n), ("MUG", n))) for n in (1, 2)))
    rules.write_text(RULES)
    done = run("route", "--world", world, orders, "--rules", rules, "--mode", "independent")
    assert done.returncode == 0, done.stderr
    one, two = map(json.loads, done.stdout.splitlines())
    assert one["shipments"][0]["location"] == "MEM" and one["rules_version"] == "17"
    assert two["holds"] == [{"rule": "look", "reason": "more than one"}]
    assert "2 orders: 1 planned, 0 short, 0 unroutable, 1 held;" in done.stderr
    done = run("promise", "--world", world, "--rules", rules, "-", stdin=json.dumps(order("7", ("TEE", 1))))
    assert done.returncode == 0 and json.loads(done.stdout.splitlines()[0])["complete"]
    rules.write_text(RULES.replace("location.id", "location.idd"))
    done = run("route", "--world", world, orders, "--rules", rules)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith(f"{rules}:4:44: rules[0].require: line 1, column 10: location has no")


def test_lint_says_what_is_wrong(tmp_path: Path) -> None:
    world, rules = tmp_path / "w.json", tmp_path / "rules.yaml"
    world.write_text(json.dumps(WORLD))
    rules.write_text(RULES)
    done = run("lint", rules, "--world", world)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"{rules}: 2 rules, nothing is wrong\n"
    rules.write_text(RULES + "  - {id: fast, kind: set, field: service, value: grond}\n")
    assert run("lint", rules).returncode == 0
    done = run("lint", rules, "--world", world)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr == (
        f"{rules}:6:50: rules[2].value: sets service to 'grond', which the world does not have; "
        "did you mean 'ground'?\n"
    )
    rules.write_text(RULES + "  - {id: look, kind: hold, wen: true}\n")
    done = run("lint", rules)
    assert done.returncode == 2
    assert [line.split(": ")[1] for line in done.stderr.splitlines()] == ["rules[2].wen", "rules[2].id"]
    rules.write_text(RULES + "  - {id: x, kind: hold, wen: true}\n")
    done = run("lint", "--lenient", rules)
    assert done.returncode == 0 and done.stderr.startswith(f"warning: {rules}:6:25: rules[2].wen: ")
    done = run("lint", "-", stdin='{"format": "orderwright.rules/1"}')
    assert done.returncode == 2 and done.stderr.startswith("<text>:1:1: rules: ")
    assert run("lint", tmp_path / "none.json").returncode == 2
    assert run("lint", "-", "--world", "-").returncode == 2
    done = run("lint", "--help")
    assert done.returncode == 0 and "every mistake with line and column" in done.stdout
