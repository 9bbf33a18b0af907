"""Decide about the members of one group: kept, target of a keeper, or declined.

The members are visited in the order in which they are to be kept, the best first. A member becomes
the target of a keeper that was visited before, if the two match directly and nothing speaks against
it. Every other member stays, and may be the keeper of members that are visited later.
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
    Reason.IN_TRASH: "in the trash, which will be emptied",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """The decision about one member of a group, the target, with one other member, the keeper."""

    target: int
    """Index of the target in :attr:`ReportedGroup.members`, called a place."""
    keeper: int
    """Place of the keeper."""
    verdict: Verdict
    explanation: str
    """Differences of the target from the keeper, in words."""
    kept: str
    """Rule that put the keeper before the target, in words."""
    declined: tuple[Declined, ...] = ()
    """Reasons for which the target stays too; empty if the target goes."""


def choose(group: ReportedGroup, options: ResolvedOptions) -> list[Choice]:
    """Decide about the members of a group, in the order in which they are to be kept.

    A member that is the target of no choice is kept: it is the first, or a keeper of others.
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
    """Return the choice for the member at `place` against the members that are kept so far.

    The keepers that it matches are tried in turn, the strongest match first, and the first keeper
    that nothing speaks against is taken. If there is none, the choice names the first keeper tried,
    with the reasons against it. None if the member matches no keeper. `kept` maps the place of each
    keeper to its rank among the keepers; `matched` has the matches of the member with them.
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
    """Return the first reason against the target that ``--allow`` cannot remove, else None."""
    file = target.file
    if file.reference:
        return Declined(Reason.REFERENCE_FOLDER, "in a reference folder")
    if excluded := why_excluded(target):
        return Declined(excluded, _EXCLUDED[excluded])
    if unwanted := _unwanted(target, options):
        return unwanted
    if _is_one_file(target, keeper):
        return Declined(Reason.SAME_FILE, "another name of the keeper's own file")
    if not edge.verdict.at_least(options.verdict):
        weaker = edge.verdict.value
        text = f"only {weaker} (--verdict {weaker} would take it)"
        return Declined(Reason.NOT_STRONG_ENOUGH, text)
    if edge.verdict is Verdict.FILE and not _has_same_bytes(target, keeper):
        text = "the report contradicts itself: the same bytes have two sizes or digests; scan again"
        return Declined(Reason.CONTRADICTION, text)
    if options.action.links and file.device != keeper.file.device:
        text = "on another file system than its keeper; a link breaks when that drive is unmounted"
        return Declined(Reason.OTHER_FILE_SYSTEM, text)
    return None


def _unwanted(target: Member, options: ResolvedOptions) -> Declined | None:
    """Return the reason for which a person wants a target to stay, else None."""
    for folder in options.protected:
        if folder.holds_any((target.file,)):
            text = f"protected by --protect {file_names.shown(folder.typed)}"
            return Declined(Reason.PROTECTED, text)
    if not options.may_take(target.file):
        shown = ", ".join(file_names.shown(folder.typed) for folder in options.only)
        return Declined(Reason.OUTSIDE, f"outside of --only {shown}")
    if not options.chosen.isdisjoint(paths_of(target)):
        return Declined(Reason.CHOSEN, "you chose to keep it, by swap")
    return None


def _is_one_file(one: Member, other: Member) -> bool:
    """True if both members are names of one file: the same inode, or a path in common."""
    same_inode = (one.file.device, one.file.inode) == (other.file.device, other.file.inode)
    return same_inode or not set(paths_of(one)).isdisjoint(paths_of(other))


def _has_same_bytes(one: Member, other: Member) -> bool:
    """True if digest and size of both files agree; an empty digest agrees with none."""
    return bool(one.digest) and (one.digest, one.file.size) == (other.digest, other.file.size)


def _left_over(
    group: ReportedGroup,
    matches: Matches,
    order: Sequence[int],
    choices: Sequence[Choice],
    options: ResolvedOptions,
) -> list[Choice]:
    """Return a declined choice for each member that no choice mentions, except the first.

    Such a member stays, because no keeper that ranks before it matches it. This happens if another
    picture is kept than the report's keeper: the member may match only pictures that go.
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
            text = f"matches {its}, which goes itself, and no picture that is kept"
            reason = Declined(Reason.NO_MATCH, text)
        else:
            text = f"ranks before {its}, and matches no picture that ranks higher"
            reason = Declined(Reason.NO_MATCH, text)
        keeper = keeper_of.get(other, other)
        seen = edge if other < place else edge.reversed()
        words = f"what it matches is {its}: {seen.explanation(group.members[other], member)}"
        kept = why_kept(group, keeper, place, options.rules) if keeper != other else ""
        found.append(Choice(place, keeper, edge.verdict, words, kept, (reason,)))
    return found
