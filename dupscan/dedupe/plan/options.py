"""Resolve the words of :class:`PlanSettings`, or refuse them with the choices there are.

Settings hold the words as a user typed them; an action, a verdict, a rule or a folder comes out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from dupscan.dedupe.plan.folders import Folder
from dupscan.dedupe.plan.keep_rules import Rule, parse_rules
from dupscan.dedupe.plan.safeguards import ALLOWED
from dupscan.errors import SettingsError
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, Reason
from dupscan.settings import PlanSettings
from dupscan.text import file_names

_ACTIONS = tuple(action.value for action in Action)
_VERDICTS = tuple(verdict.value for verdict in Verdict)


@dataclass(frozen=True, slots=True)
class ResolvedOptions:
    """Settings of a plan, resolved and checked: what to do with which duplicates."""

    action: Action
    verdict: Verdict
    """The weakest verdict that is acted on."""
    rules: tuple[Rule, ...]
    """Rules that order the copies; the first rule decides first."""
    protected: tuple[Folder, ...]
    allowed: frozenset[Reason]
    """Reasons for which a target is not declined."""

    @property
    def folders(self) -> tuple[Folder, ...]:
        """All folders that the settings name, those of ``--protect`` first."""
        named = (rule.folder for rule in self.rules if rule.folder is not None)
        return (*self.protected, *named)


def resolve(settings: PlanSettings) -> ResolvedOptions:
    """Resolve the settings of a plan.

    Raises SettingsError for an unknown word, with the choices there are; for links of anything but
    equal files; and for deleting duplicates weaker than ``--delete-even`` permits.
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
    return ResolvedOptions(
        action=action,
        verdict=verdict,
        rules=parse_rules(settings.keep),
        protected=tuple(Folder("--protect", folder) for folder in settings.protect),
        allowed=frozenset(Reason(_one_of("--allow", word, ALLOWED)) for word in settings.allow),
    )


def _check_deleting(action: Action, verdict: Verdict, delete_even: str | None) -> None:
    """Raise SettingsError for deleting duplicates weaker than ``--delete-even`` permits.

    Without that option only files with the same bytes as their keeper may be deleted.
    """
    weakest = Verdict.FILE
    if delete_even is not None:
        weakest = Verdict(_one_of("--delete-even", delete_even, _VERDICTS))
    if action is Action.DELETE and not verdict.at_least(weakest):
        raise SettingsError(
            f"--action delete --verdict {verdict.value}: a deleted file is gone for good, and its "
            f"keeper has other bytes. Use --action quarantine, or add --delete-even {verdict.value}"
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
