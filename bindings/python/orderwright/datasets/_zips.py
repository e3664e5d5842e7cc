"""The packaged table of US ZIP codes, and the time zone of each."""

from __future__ import annotations

import functools
import gzip
from importlib import resources
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

# IANA time zone by state. A state in two zones has that of most of its people; the three-digit
# ZIP prefixes that lie in the other one are in _ZONE_OF_PREFIX.
_EASTERN = "America/New_York"
_CENTRAL = "America/Chicago"
_MOUNTAIN = "America/Denver"
_PACIFIC = "America/Los_Angeles"
# fmt: off
_ZONE_OF_STATE: dict[str, str] = {
    **dict.fromkeys(
        ("CT", "DC", "DE", "FL", "GA", "KY", "MA", "MD", "ME", "NC", "NH", "NJ", "NY", "OH", "PA",
         "RI", "SC", "VA", "VT", "WV"), _EASTERN
    ),
    **dict.fromkeys(
        ("AL", "AR", "IA", "IL", "KS", "LA", "MN", "MO", "MS", "ND", "NE", "OK", "SD", "TN", "TX",
         "WI"), _CENTRAL
    ),
    **dict.fromkeys(["CO", "MT", "NM", "UT", "WY"], _MOUNTAIN),
    **dict.fromkeys(["CA", "NV", "OR", "WA"], _PACIFIC),
    "IN": "America/Indiana/Indianapolis",
    "MI": "America/Detroit",
    "ID": "America/Boise",
    "AZ": "America/Phoenix",
    "AK": "America/Anchorage",
    "HI": "Pacific/Honolulu",
    "PR": "America/Puerto_Rico",
    "VI": "America/St_Thomas",
    "GU": "Pacific/Guam",
    "MP": "Pacific/Saipan",
    "AS": "Pacific/Pago_Pago",
}
# fmt: on
_ZONE_OF_PREFIX: dict[str, str] = {
    **dict.fromkeys(["324", "325"], _CENTRAL),  # Florida, west of the Apalachicola
    **dict.fromkeys(["373", "374", "376", "377", "378", "379"], _EASTERN),  # East Tennessee
    **dict.fromkeys(["420", "421", "422", "423", "424"], _CENTRAL),  # West Kentucky
    **dict.fromkeys(["463", "464", "476", "477"], _CENTRAL),  # Indiana: Gary, Evansville
    "586": _MOUNTAIN,  # North Dakota: Dickinson
    "577": _MOUNTAIN,  # South Dakota: Rapid City
    "693": _MOUNTAIN,  # Nebraska: Alliance
    **dict.fromkeys(["798", "799", "885"], _MOUNTAIN),  # Texas: El Paso
    **dict.fromkeys(["835", "838"], _PACIFIC),  # North Idaho
    "979": "America/Boise",  # Oregon: Malheur County
}


class Zips(NamedTuple):
    """ZIP code areas in columns, one row per area, sorted by ZIP code."""

    zip: list[str]
    """Five digits."""
    lat: npt.NDArray[np.float64]
    """Degrees north, four decimals."""
    lon: npt.NDArray[np.float64]
    """Degrees east, four decimals."""
    state: list[str]
    """Two letters: states, DC and the territories."""
    people: npt.NDArray[np.int64]
    """Inhabitants; made, see docs/reference/datasets.md. 0 in the territories."""

    def row(self, zip_: str) -> int:
        """The row of a ZIP code. Raises KeyError if it is not in the table."""
        return _rows()[zip_]


@functools.lru_cache(maxsize=1)
def zips() -> Zips:
    """All 33,791 ZIP code areas of the 2021 Gazetteer of the US Census Bureau. Read once."""
    packed = resources.files("orderwright.datasets").joinpath("data", "zips.csv.gz").read_bytes()
    table = [line.split(",") for line in gzip.decompress(packed).decode("ascii").splitlines()[1:]]
    code, lat, lon, state, people = zip(*table, strict=True)
    return Zips(
        list(code),
        np.array(lat, dtype=np.float64),
        np.array(lon, dtype=np.float64),
        list(state),
        np.array(people, dtype=np.int64),
    )


@functools.lru_cache(maxsize=1)
def _rows() -> dict[str, int]:
    return {code: row for row, code in enumerate(zips().zip)}


def time_zone(zip_: str, state: str) -> str:
    """IANA time zone of a ZIP code, by its state and the first three digits. Good for all but a few
    small counties on the border of two zones. Raises KeyError for an unknown state.
    """
    return _ZONE_OF_PREFIX.get(zip_[:3]) or _ZONE_OF_STATE[state]
