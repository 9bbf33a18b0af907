"""Build a set of pairs, judge what dupscan does with it, and print that."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from pathlib import Path

from PIL import Image

from benchmarks.facts import add_output_option, machine, print_result
from benchmarks.pairs.judge import judge
from benchmarks.pairs.made import made_controls, made_pairs
from benchmarks.pairs.pair import Pair, read_set, write_set
from benchmarks.pairs.real import pairs_of_folder
from benchmarks.pairs.real_controls import controls_of_folder
from benchmarks.pairs.tables import failures, table_of_formats, totals
from dupscan.system.cpu_count import usable_cores

_LONG_SIDE = 640
_PHOTOS = ("coffee", "chelsea", "astronaut", "rocket")


def photos_of(library: Path) -> list[Image.Image]:
    """Return small photographs without metadata, made of the sample library's originals."""
    photos = []
    for name in _PHOTOS:
        with Image.open(library / "originals" / f"{name}.jpg") as opened:
            photo = opened.convert("RGB")
        photo.thumbnail((_LONG_SIDE, _LONG_SIDE))
        photo.info = {}
        photos.append(photo)
    return photos


def build(library: Path, real: Path | None) -> Iterator[Pair]:
    """Yield all pairs: those of real files, those written for this, and the controls."""
    photos = photos_of(library)
    if real is not None:
        yield from pairs_of_folder(real, tuple(_as_jpeg(photo) for photo in photos))
    yield from made_pairs(photos)
    yield from made_controls(photos)
    if real is not None:
        yield from controls_of_folder(real)


def _as_jpeg(photo: Image.Image) -> bytes:
    out = io.BytesIO()
    photo.save(out, "JPEG", quality=92)
    return out.getvalue()


def read_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pairs", description=__doc__)
    parser.add_argument("set", type=Path, metavar="SET", help="folder of the pairs")
    parser.add_argument("--build", type=Path, metavar="LIBRARY", help="make SET of this library")
    parser.add_argument("--real", type=Path, metavar="FOLDER", help="real files, for --build")
    parser.add_argument("--only", default="", metavar="WORD", help="pairs whose name has this word")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write each pair's result there")
    add_output_option(parser)
    return parser.parse_args()


def main() -> None:
    """Do as the command line says."""
    typed = read_arguments()
    if typed.build is not None:
        entries = write_set(build(typed.build, typed.real), typed.set)
        print(f"{len(entries)} pairs in {typed.set}", file=sys.stderr)
        return
    entries = [one for one in read_set(typed.set) if typed.only in one.name]
    with ProcessPoolExecutor(usable_cores()) as workers:
        findings = list(workers.map(partial(judge, folder=typed.set), entries))
    if typed.json is not None:
        rows = [asdict(finding) for finding in findings]
        typed.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    lines = ["# Pairs in which one file holds more", "", machine(), ""]
    for part in (totals, table_of_formats, failures):
        lines += [*part(findings), ""]
    print_result(lines, typed.output)


if __name__ == "__main__":
    main()
