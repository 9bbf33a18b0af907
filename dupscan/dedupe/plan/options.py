"""Resolve the words of :class:`PlanSettings`, or refuse them with the choices there are.

Settings hold the words as a user typed them; an action, a verdict, a rule or a folder comes out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from dupscan.dedupe.plan.folders import Folder
from dupscan.dedupe.plan.keep_rules import REPORT_ORDER, UNDER, Rule, parse_rules
from dupscan.dedupe.plan.safeguards import ALLOWED
from dupscan.dedupe.plan.traits import paths_of
from dupscan.errors import SettingsError
from dupscan.model.files import FileEntry
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, Reason
from dupscan.settings import PlanSettings
from dupscan.text import file_names

_ACTIONS = tuple(action.value for action in Action)
_VERDICTS = tuple(verdict.value for verdict in Verdict)
_OPPOSITES = {"oldest": "newest", "largest": "smallest", "shortest-path": "longest-path"}
_OPPOSITES |= {two: one for one, two in _OPPOSITES.items()}
"""Rules of which the second has nothing to decide where the first has not decided."""


@dataclass(frozen=True, slots=True)
class ResolvedOptions:
    """Settings of a plan, resolved and checked: what to do with which duplicates."""

    action: Action
    verdict: Verdict
    """The weakest verdict that is acted on."""
    rules: tuple[Rule, ...]
    """Rules that order the copies; the first rule decides first."""
    protected: tuple[Folder, ...]
    only: tuple[Folder, ...]
    """Folders outside of which nothing is taken; empty for no such limit."""
    chosen: frozenset[str]
    """Paths that a person chose to keep, in place of the keepers of an earlier plan."""
    allowed: frozenset[Reason]
    """Reasons for which a target is not declined."""

    @property
    def folders(self) -> tuple[Folder, ...]:
        """All folders that the settings name, those of ``--protect`` first."""
        named = (rule.folder for rule in self.rules if rule.folder is not None)
        return (*self.protected, *self.only, *named)

    def may_take(self, file: FileEntry) -> bool:
        """True if all names of a file lie in the folders of ``--only``, or if there is no limit."""
        return not self.only or any(folder.holds_all(file) for folder in self.only)


def resolve(settings: PlanSettings, chosen: frozenset[str] = frozenset()) -> ResolvedOptions:
    """Resolve the settings of a plan; `chosen` are paths that a person chose to keep.

    Raises SettingsError for an unknown word, with the choices there are; for links of anything but
    equal files; for deleting duplicates weaker than ``--delete-even`` permits; and for settings
    that mean nothing together.
    """
    action = Action(_one_of("--action", settings.action, _ACTIONS))
    verdict = Verdict(_one_of("--verdict", settings.verdict, _VERDICTS))
    if action.links and verdict is not Verdict.FILE:
        raise SettingsError(
            f"--action {action.value} --verdict {verdict.value}: only files with the same bytes "
            "can be linked; if two pictures differ at all, a link would destroy one of them and "
            "keep its name only. Use --verdict file, or --action quarantine"
        )
    _check_deleting(action, verdict, settings.delete_even)
    rules = parse_rules(settings.keep)
    _refuse_rules_without_effect(settings.keep, rules)
    protected = tuple(Folder("--protect", folder) for folder in settings.protect)
    only = tuple(Folder("--only", folder) for folder in settings.only)
    _refuse_only_without_effect(only, protected, rules)
    return ResolvedOptions(
        action=action,
        verdict=verdict,
        rules=(*_rule_of_choice(chosen), *_rule_of_only(only), *rules),
        protected=protected,
        only=only,
        chosen=chosen,
        allowed=frozenset(Reason(_one_of("--allow", word, ALLOWED)) for word in settings.allow),
    )


def _check_deleting(action: Action, verdict: Verdict, delete_even: str | None) -> None:
    """Raise SettingsError for deleting duplicates weaker than ``--delete-even`` permits.

    Without that option only files with the same bytes as their keeper may be deleted.
    """
    weakest = Verdict.FILE
    if delete_even is not None:
        weakest = Verdict(_one_of("--delete-even", delete_even, _VERDICTS))
        if action is not Action.DELETE:
            raise SettingsError(
                f"--delete-even {delete_even} and --action {action.value}: nothing is deleted; "
                "leave out --delete-even, or plan with --action delete"
            )
        if verdict is Verdict.FILE is not weakest:
            raise SettingsError(
                f"--delete-even {delete_even} and --verdict {verdict.value}: the plan takes no "
                f"{delete_even}; add --verdict {delete_even}, or leave out --delete-even"
            )
    if action is Action.DELETE and not verdict.at_least(weakest):
        raise SettingsError(
            f"--action delete --verdict {verdict.value}: a deleted file is gone for good, and its "
            f"keeper has other bytes. Use --action quarantine, or add --delete-even {verdict.value}"
        )


def _refuse_rules_without_effect(typed: Sequence[str], rules: Sequence[Rule]) -> None:
    """Raise SettingsError for a rule of ``--keep`` to which earlier rules leave no decision."""
    words = [one.strip() for one in typed]
    for at, (word, rule) in enumerate(zip(words, rules, strict=True)):
        before = [_OPPOSITES.get(other.name, other.name) for other in rules[:at]]
        by_folder = rule.folder is not None
        if word in words[:at] or REPORT_ORDER in before or (not by_folder and rule.name in before):
            raise SettingsError(
                f"--keep {file_names.shown(','.join(words))}: the rules before the last "
                f"{file_names.shown(word)} leave it no decision; leave it out, or put it first"
            )


def _refuse_only_without_effect(
    only: Sequence[Folder], protected: Sequence[Folder], rules: Sequence[Rule]
) -> None:
    """Raise SettingsError if nothing may be taken from a folder of ``--only`` by other options."""
    for folder in only:
        shown = f"--only {file_names.shown(folder.typed)}"
        for other in protected:
            if folder.is_within(other):
                raise SettingsError(
                    f"{shown} and --protect {file_names.shown(other.typed)}: nothing is taken from "
                    "a protected folder; choose one of them"
                )
        for rule in rules:
            if rule.folder and rule.name == UNDER and folder.is_within(rule.folder):
                raise SettingsError(
                    f"{shown} and --keep under:{file_names.shown(rule.folder.typed)}: the first "
                    "takes what the second keeps; choose one of them"
                )


def _rule_of_choice(chosen: frozenset[str]) -> Iterator[Rule]:
    """Yield the rule that keeps what a person chose, if there is a choice."""
    if chosen:
        yield Rule(
            "chosen",
            rank=lambda member: chosen.isdisjoint(paths_of(member)),
            words=lambda keeper, target: "you chose it, by swap",
        )


def _rule_of_only(only: Sequence[Folder]) -> Iterator[Rule]:
    """Yield the rule of ``--only``: what may not be taken stays anyway, so it is the keeper."""
    if only:
        shown = " or ".join(file_names.shown(folder.typed) for folder in only)
        yield Rule(
            "only",
            rank=lambda member: any(folder.holds_all(member.file) for folder in only),
            words=lambda keeper, target: f"outside of --only {shown}",
        )


def _one_of(option: str, typed: str, choices: Sequence[str]) -> str:
    """Return `typed` if it is one of the choices; raise SettingsError, which lists them, if not."""
    if typed in choices:
        return typed
    near = get_close_matches(typed.strip().lower(), choices, n=1)
    guess = f"; did you mean {near[0]}?" if near else ""
    raise SettingsError(
        f"{option} {file_names.shown(typed)}: must be one of {', '.join(choices)}{guess}"
    )
