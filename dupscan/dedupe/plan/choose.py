"""One group → what is decided about each of its members: kept, target of which keeper, declined.

Members are gone through in the order in which they are to be kept. A member becomes a target of one
that is kept already and that it matches directly; everything else stays, and may be a keeper itself
to those that follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dupscan.dedupe.plan.keep_rules import standing, why_kept
from dupscan.dedupe.plan.matches import Matches
from dupscan.dedupe.plan.options import Meant
from dupscan.dedupe.plan.safeguards import gate
from dupscan.dedupe.plan.traits import name_of, names_of, set_apart
from dupscan.model.matches import Verdict
from dupscan.model.saved_report import Edge, Member, ReportedGroup
from dupscan.text import file_names


@dataclass(frozen=True, slots=True)
class Choice:
    """What was decided about one member of a group against another, by their places."""

    target: int
    keeper: int
    verdict: Verdict
    explanation: str
    """What the target is to the keeper, in words."""
    kept: str
    """What decided for the keeper."""
    declined: str = ""
    """Why the target stays too; empty when it goes."""


def choose(group: ReportedGroup, meant: Meant) -> list[Choice]:
    """Decide about the members of a group, those that are rather kept first.

    A member without a choice is kept: it is a keeper, or stands first.
    """
    order = standing(group, meant.rules)
    matches = Matches(group)
    kept: dict[int, int] = {}
    choices: list[Choice] = []
    for place in order:
        choice = _against_kept(group, matches.of(place, kept), place, kept, meant)
        if choice is not None:
            choices.append(choice)
        stays = choice is None or choice.declined
        if stays and not set_apart(group.members[place]):
            kept[place] = len(kept)
    return choices + _left_over(group, matches, order, choices, meant)


def _against_kept(
    group: ReportedGroup,
    matched: Iterable[tuple[int, Edge]],
    place: int,
    kept: Mapping[int, int],
    meant: Meant,
) -> Choice | None:
    """A member against the first of those kept that it may go for, strongest matches first.

    Where there is none, against the first that it matches, with the reason; None if it matches
    none of them. `kept` has the places of those kept, each with its rank among them.
    """
    best_first = sorted(matched, key=lambda one: (one[1].verdict.rank, kept[one[0]]))
    first_declined: Choice | None = None
    for keeper, edge in best_first:
        seen = edge if keeper < place else edge.reversed()
        choice = Choice(
            target=place,
            keeper=keeper,
            verdict=edge.verdict,
            explanation=seen.explanation(group.members[keeper], group.members[place]),
            kept=why_kept(group, keeper, place, meant.rules),
            declined=_reason(group.members[place], group.members[keeper], seen, meant),
        )
        if not choice.declined:
            return choice
        first_declined = first_declined or choice
    return first_declined


def _reason(target: Member, keeper: Member, edge: Edge, meant: Meant) -> str:
    """Why a target must not go for this keeper; empty when it may."""
    file = target.file
    if file.reference:
        return "in a reference folder"
    if apart := set_apart(target):
        return apart
    for folder in meant.protected:
        if folder.holds_any((file,)):
            return f"protected by --protect {file_names.shown(folder.typed)}"
    if _is_one_file(target, keeper):
        return "the keeper's own file by another name"
    if not edge.verdict.at_least(meant.verdict):
        return f"only {edge.verdict.value} (--verdict {edge.verdict.value} would take it)"
    if edge.verdict is Verdict.FILE and not _has_same_bytes(target, keeper):
        return "the report contradicts itself: the same bytes of two sizes or digests; scan again"
    if meant.action.links and file.device != keeper.file.device:
        return "on another file system than its keeper, which may not be there one day"
    return gate(target, keeper, edge, meant.action, meant.allowed)


def _is_one_file(one: Member, other: Member) -> bool:
    same_inode = (one.file.device, one.file.inode) == (other.file.device, other.file.inode)
    return same_inode or not set(names_of(one)).isdisjoint(names_of(other))


def _has_same_bytes(one: Member, other: Member) -> bool:
    return bool(one.digest) and (one.digest, one.file.size) == (other.digest, other.file.size)


def _left_over(
    group: ReportedGroup,
    matches: Matches,
    order: Sequence[int],
    choices: Sequence[Choice],
    meant: Meant,
) -> list[Choice]:
    """What is said of members that stay, are no keepers, and match nothing that stood before them.

    With another keeper than the report's, a member may match only some that go themselves.
    """
    mentioned = {place for choice in choices for place in (choice.target, choice.keeper)}
    keeper_of = {choice.target: choice.keeper for choice in choices if not choice.declined}
    ranks = {place: rank for rank, place in enumerate(order)}
    found = []
    for place in order[1:]:
        edges = [] if place in mentioned else list(matches.of(place, ranks))
        if not edges:
            continue
        other, edge = min(edges, key=lambda one: (one[1].verdict.rank, ranks[one[0]]))
        member, its = group.members[place], name_of(group.members[other])
        if apart := set_apart(member):
            reason = apart
        elif other in keeper_of:
            reason = f"matches only what goes itself, {its}, and nothing that is kept"
        else:
            reason = f"is kept rather than {its}, and matches nothing that stands before it"
        keeper = keeper_of.get(other, other)
        seen = edge if other < place else edge.reversed()
        words = f"what it matches is {its}: {seen.explanation(group.members[other], member)}"
        kept = why_kept(group, keeper, place, meant.rules) if keeper != other else ""
        found.append(Choice(place, keeper, edge.verdict, words, kept, reason))
    return found
