"""FAISS's multi-index hashing: ``PYTHON with_faiss.py HASHES.npy RADIUS PAIRS.npy``.

All pairs of 64-bit hashes within the radius, on one core. Three maps of 21 bits, each asked under
all keys within two bits, are exact up to radius 8: were there three differing bits or more in each
map, there would be nine.
"""

import importlib
import json
import sys
import time

import numpy as np

MAPS, BITS, FLIPS = 3, 21, 2
AT_ONCE = 100_000
"""Queries."""

if __name__ == "__main__":
    faiss = importlib.import_module("faiss")
    faiss.omp_set_num_threads(1)
    values = np.load(sys.argv[1])
    vectors = values.astype(">u8").view(np.uint8).reshape(-1, 8)
    clock = time.monotonic()
    index = faiss.IndexBinaryMultiHash(64, MAPS, BITS)
    index.nflip = FLIPS
    index.add(vectors)
    built = time.monotonic()
    pairs = []
    for start in range(0, len(vectors), AT_ONCE):
        queries = vectors[start : start + AT_ONCE]
        limits, _, found = index.range_search(queries, int(sys.argv[2]) + 1)  # it wants "below"
        rows = np.repeat(np.arange(start, start + len(queries)), np.diff(limits.astype(np.int64)))
        pairs.append(np.stack([rows, found], axis=1)[rows < found])
    seconds = time.monotonic() - clock
    np.save(sys.argv[3], np.concatenate(pairs))
    print(json.dumps({"seconds": seconds, "building": built - clock}))
