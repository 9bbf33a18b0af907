"""The decoder's own limit: ``PYTHON with_simplejpeg.py FOLDER PROCESSES``.

Reads all JPEG files below the folder and decodes them with libjpeg-turbo, grey, at an eighth, and
does nothing with them. The seconds are those of the work, processes started before.
"""

import importlib
import json
import multiprocessing
import os
import sys
import time

EIGHTH = {"colorspace": "GRAY", "min_height": 1, "min_width": 1, "min_factor": 8, "strict": False}
decode = importlib.import_module("simplejpeg").decode_jpeg


def decode_file(path: bytes) -> int:
    """Pixels that came of it."""
    with open(path, "rb") as file:
        return int(decode(file.read(), **EIGHTH).size)


def jpeg_files(folder: str) -> "list[bytes]":
    """In the order of their names, as bytes."""
    return sorted(
        os.path.join(parent, name)
        for parent, _, names in os.walk(os.fsencode(folder))
        for name in names
        if name.lower().endswith((b".jpg", b".jpeg"))
    )


if __name__ == "__main__":
    files = jpeg_files(sys.argv[1])
    started = time.monotonic()
    with multiprocessing.get_context("fork").Pool(int(sys.argv[2])) as pool:
        clock = time.monotonic()
        pixels = sum(pool.imap_unordered(decode_file, files, chunksize=4))
        seconds = time.monotonic() - clock
    print(json.dumps({"files": len(files), "pixels": pixels, "seconds": seconds}))
