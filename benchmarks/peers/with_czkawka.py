"""czkawka's core, through the binding on PyPI: ``PYTHON with_czkawka.py FOLDER``."""

import importlib
import json
import sys
from pathlib import Path

SIMILARITY = 10
"""Of 64 bits, and what dupscan is compared with everywhere."""

if __name__ == "__main__":
    finder = importlib.import_module("czkawka").ImageSimilarity()
    finder.set_directories([Path(sys.argv[1])])
    finder.set_similarity(SIMILARITY)
    groups = finder.find_similar()
    print(json.dumps({"groups": [[str(path) for path in group] for group in groups]}))
