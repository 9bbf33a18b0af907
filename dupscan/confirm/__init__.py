"""Candidates → matches, each with the measures that its verdict rests on."""

from dupscan.confirm.explain import explain
from dupscan.confirm.verdict import Weighed, confirm, recognise, weigh

__all__ = ["Weighed", "confirm", "explain", "recognise", "weigh"]
