"""Connected components of pictures and matches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Match


def connected(
    nodes: Iterable[PictureIndex], matches: Iterable[Match]
) -> Iterable[list[PictureIndex]]:
    """Return the nodes that matches connect by any number of steps, one list a component."""
    home = {node: node for node in nodes}

    def root(node: PictureIndex) -> PictureIndex:
        while home[node] != node:
            home[node] = node = home[home[node]]
        return node

    for match in matches:
        home[root(match.a)] = root(match.b)
    together: defaultdict[PictureIndex, list[PictureIndex]] = defaultdict(list)
    for node in home:
        together[root(node)].append(node)
    return together.values()
