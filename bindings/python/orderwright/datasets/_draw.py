"""Reproducible draws: pure functions of a seed, the name of a stream and a counter.

There is no generator with a state. Draw number `i` of a stream is a hash of (seed, stream, i), so
that it can be computed alone, in any order and for a million counters at once, and is the same on
every platform and with every version of numpy: all steps are 64-bit integer arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .._errors import bad_argument

Hashes = npt.NDArray[np.uint64]
Integers = npt.NDArray[np.int64]

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_MIX_1 = 0xBF58476D1CE4E5B9
_MIX_2 = 0x94D049BB133111EB
_FNV_OFFSET = 0xCBF29CE484222325
_FNV_PRIME = 0x100000001B3


def text_hash(text: str) -> int:
    """FNV-1a of the UTF-8 bytes of `text`: 0 to 2**64 - 1."""
    value = _FNV_OFFSET
    for byte in text.encode():
        value = ((value ^ byte) * _FNV_PRIME) & _MASK
    return value


def _mix(value: Hashes) -> Hashes:
    """The finalizer of SplitMix64, element by element."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(_MIX_1)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(_MIX_2)
    return value ^ (value >> np.uint64(31))


def draw(seed: int, stream: str, counter: npt.NDArray[np.integer] | int) -> Hashes:
    """64 random bits for each counter: `range(counter)` if it is an int, else its elements.

    Element i is SplitMix64's finalizer of `counter[i] * golden + finalizer(seed + FNV-1a(stream))`.
    Counters are taken modulo 2**64, as is the seed.
    """
    if isinstance(counter, int):
        counter = np.arange(counter, dtype=np.uint64)
    start = _mix(np.array([(seed + text_hash(stream)) & _MASK], dtype=np.uint64))
    return _mix(counter.astype(np.uint64) * np.uint64(_GOLDEN) + start)


def below(hashes: Hashes, limit: npt.NDArray[np.int64] | int) -> Integers:
    """Whole numbers from 0 to `limit` - 1, uniform; `limit` from 1 to 2**31, one or per element."""
    upper = (hashes >> np.uint64(32)).astype(np.int64)
    # Split the product so that it stays below 2**63: upper < 2**32, limit <= 2**31.
    return np.asarray((upper * limit) >> 32, dtype=np.int64)


def pick(hashes: Hashes, cumulative: Integers) -> Integers:
    """Positions drawn in proportion to whole weights, given their running sums.

    `cumulative[k]` is the sum of weights 0 to k; its last element is from 1 to 2**31.
    """
    return np.searchsorted(cumulative, below(hashes, int(cumulative[-1])), side="right")


def chance(hashes: Hashes, per_mille: int) -> npt.NDArray[np.bool_]:
    """True with probability `per_mille` / 1000, element by element."""
    return np.asarray(below(hashes, 1000) < per_mille, dtype=np.bool_)


def quantile(hashes: Hashes, per_mille: Sequence[int], values: Sequence[int]) -> Integers:
    """Whole numbers from a distribution that is given by a few quantiles.

    `values[k]` is the quantile `per_mille[k]`; both ascend, from 0 to 1000 per mille. Between two
    quantiles the distribution is uniform.
    """
    scale = 1 << 20
    at = np.array([p * scale // 1000 for p in per_mille], dtype=np.int64)
    value = np.array(values, dtype=np.int64)
    position = below(hashes, scale)
    k = np.searchsorted(at, position, side="right") - 1
    width = at[k + 1] - at[k]
    return np.asarray(value[k] + (value[k + 1] - value[k]) * (position - at[k]) // width)


def popularity(count: int, *, slope_per_mille: int, shift: int) -> Integers:
    """Whole weights by rank, from 1: proportional to (rank + shift) ** -(slope_per_mille / 1000).

    Raises InvalidInput if `count` is not from 1 to 1,000,000 (the weights must sum to below 2**31).
    """
    if not 1 <= count <= 1_000_000:
        raise bad_argument("count", f"is {count}; it must be from 1 to 1,000,000")
    rank = np.arange(1, count + 1, dtype=np.float64)
    weight = (rank + shift) ** (-slope_per_mille / 1000)
    # The one step in floating point. Rounded to a whole number it cannot differ between platforms,
    # save for a weight that lies within 1e-9 of a half.
    return np.asarray(np.rint(weight * 5e7).astype(np.int64))
