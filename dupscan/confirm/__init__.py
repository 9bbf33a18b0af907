"""Candidates → matches, each with its evidence."""

from dupscan.confirm.explain import explain
from dupscan.confirm.verdict import Weighed, confirm, recognise, weigh

__all__ = ["Weighed", "confirm", "explain", "recognise", "weigh"]
