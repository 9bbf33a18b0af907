"""One group → what is decided about each of its members: kept, target of which keeper, declined.

Members are gone through in the order in which they are to be kept. A member becomes a target of one
that is kept already and that it matches directly; everything else stays, and may be a keeper itself
to those that follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dupscan.dedupe.plan.keep_rules import keep_order, why_kept
from dupscan.dedupe.plan.matches import Matches
from dupscan.dedupe.plan.options import ResolvedOptions
from dupscan.dedupe.plan.safeguards import reasons_to_decline
from dupscan.dedupe.plan.traits import file_name_of, paths_of, why_excluded
from dupscan.model.matches import Verdict
from dupscan.model.plan import Declined, Reason
from dupscan.model.saved_report import Edge, Member, ReportedGroup
from dupscan.text import file_names

_EXCLUDED = {
    Reason.SYMBOLIC_LINK: "a symbolic link; the file itself lies elsewhere",
    Reason.WASTE_BASKET: "in a waste basket, which will be emptied",
}


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
    declined: tuple[Declined, ...] = ()
    """Reasons for which the target stays too; empty when it goes."""


def choose(group: ReportedGroup, options: ResolvedOptions) -> list[Choice]:
    """Decide about the members of a group, those that are rather kept first.

    A member without a choice is kept: it is a keeper, or stands first.
    """
    order = keep_order(group, options.rules)
    matches = Matches(group)
    kept: dict[int, int] = {}
    choices: list[Choice] = []
    for place in order:
        choice = _against_kept(group, matches.of(place, kept), place, kept, options)
        if choice is not None:
            choices.append(choice)
        stays = choice is None or bool(choice.declined)
        if stays and not why_excluded(group.members[place]):
            kept[place] = len(kept)
    return choices + _left_over(group, matches, order, choices, options)


def _against_kept(
    group: ReportedGroup,
    matched: Iterable[tuple[int, Edge]],
    place: int,
    kept: Mapping[int, int],
    options: ResolvedOptions,
) -> Choice | None:
    """A member against the first of those kept that it may go for, strongest matches first.

    Where there is none, against the first that it matches, with the reason; None if it matches
    none of them. `kept` has the places of those kept, each with its rank among them.
    """
    best_first = sorted(matched, key=lambda one: (one[1].verdict.rank, kept[one[0]]))
    first_declined: Choice | None = None
    for keeper, edge in best_first:
        seen = edge if keeper < place else edge.turned()
        choice = Choice(
            target=place,
            keeper=keeper,
            verdict=edge.verdict,
            explanation=seen.explanation,
            kept=why_kept(group, keeper, place, options.rules),
            declined=_reasons(group.members[place], group.members[keeper], seen, options),
        )
        if not choice.declined:
            return choice
        first_declined = first_declined or choice
    return first_declined


def _reasons(
    target: Member, keeper: Member, edge: Edge, options: ResolvedOptions
) -> tuple[Declined, ...]:
    """Return every reason why a target must not go for this keeper; empty if the target may go."""
    if obstacle := _obstacle(target, keeper, edge, options):
        return (obstacle,)
    return tuple(reasons_to_decline(target, keeper, edge, options.action, options.allowed))


def _obstacle(
    target: Member, keeper: Member, edge: Edge, options: ResolvedOptions
) -> Declined | None:
    """Return the first reason to decline that no ``--allow`` removes; None if there is none."""
    file = target.file
    if file.reference:
        return Declined(Reason.REFERENCE_FOLDER, "in a reference folder")
    if excluded := why_excluded(target):
        return Declined(excluded, _EXCLUDED[excluded])
    for folder in options.protected:
        if folder.holds_any((file,)):
            text = f"protected by --protect {file_names.shown(folder.typed)}"
            return Declined(Reason.PROTECTED, text)
    if _is_one_file(target, keeper):
        return Declined(Reason.SAME_FILE, "the keeper's own file by another name")
    if not edge.verdict.at_least(options.verdict):
        weaker = edge.verdict.value
        text = f"only {weaker} (--verdict {weaker} would take it)"
        return Declined(Reason.NOT_STRONG_ENOUGH, text)
    if edge.verdict is Verdict.FILE and not _has_same_bytes(target, keeper):
        text = "the report contradicts itself: the same bytes of two sizes or digests; scan again"
        return Declined(Reason.CONTRADICTION, text)
    if options.action.links and file.device != keeper.file.device:
        text = "on another file system than its keeper, which may not be there one day"
        return Declined(Reason.OTHER_FILE_SYSTEM, text)
    return None


def _is_one_file(one: Member, other: Member) -> bool:
    same_inode = (one.file.device, one.file.inode) == (other.file.device, other.file.inode)
    return same_inode or not set(paths_of(one)).isdisjoint(paths_of(other))


def _has_same_bytes(one: Member, other: Member) -> bool:
    return bool(one.digest) and (one.digest, one.file.size) == (other.digest, other.file.size)


def _left_over(
    group: ReportedGroup,
    matches: Matches,
    order: Sequence[int],
    choices: Sequence[Choice],
    options: ResolvedOptions,
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
        member, its = group.members[place], file_name_of(group.members[other])
        if excluded := why_excluded(member):
            reason = Declined(excluded, _EXCLUDED[excluded])
        elif other in keeper_of:
            text = f"matches only what goes itself, {its}, and nothing that is kept"
            reason = Declined(Reason.NO_MATCH, text)
        else:
            text = f"is kept rather than {its}, and matches nothing that stands before it"
            reason = Declined(Reason.NO_MATCH, text)
        keeper = keeper_of.get(other, other)
        words = f"what it matches is {its}: {edge.explanation}"
        kept = why_kept(group, keeper, place, options.rules) if keeper != other else ""
        found.append(Choice(place, keeper, edge.verdict, words, kept, (reason,)))
    return found
