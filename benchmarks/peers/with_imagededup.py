"""imagededup's perceptual hash: ``PYTHON with_imagededup.py FOLDER``."""

import importlib
import json
import os
import sys

RADIUS = 10
"""Bits of 64: its own default."""

if __name__ == "__main__":
    cores = len(os.sched_getaffinity(0))
    found = (
        importlib.import_module("imagededup.methods")
        .PHash(verbose=False)
        .find_duplicates(
            image_dir=sys.argv[1],
            max_distance_threshold=RADIUS,
            recursive=True,
            num_enc_workers=cores,
            num_dist_workers=cores,
        )
    )
    folder = sys.argv[1]  # it prints pairs: each picture with all that are near
    pairs = {tuple(sorted((one, other))) for one, others in found.items() for other in others}
    named = [[os.path.join(folder, name) for name in pair] for pair in sorted(pairs)]
    print(json.dumps({"groups": named}))
