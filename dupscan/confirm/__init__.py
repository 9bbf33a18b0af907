"""Candidates → matches, each with the measures that its verdict rests on."""

from dupscan.confirm.changes import find_changes
from dupscan.confirm.verdict import Weighed, confirm, recognise, weigh

__all__ = ["Weighed", "confirm", "find_changes", "recognise", "weigh"]
