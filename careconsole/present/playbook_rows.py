"""The rows about the playbooks of a case, with their steps and limits, above its history."""

from __future__ import annotations

from careconsole.desk.queries.shown_case import View
from careconsole.domain.case.checklist import Step, checklist, is_current
from careconsole.domain.case.playbook_summary import FITTED, NOT, PARTLY, UsablePlaybook
from careconsole.domain.case.state import PlaybookUse


def playbook_rows(view: View) -> list[tuple[str, str]]:
    """Labels and texts: each playbook, and of one in use its steps and what it lets one decide; not yet made safe."""
    rows, steps = list[tuple[str, str]](), checklist(view.case)
    for use in view.case.playbooks:
        rows.append(("playbook", f"{use.playbook}: {use.title} ({_use(use)})"))
        if is_current(use):
            rows += [("do", _step(step)) for step in steps if step.playbook == use.playbook]
            rows += _limits(use, view.playbooks.get(use.playbook))
    return rows


def _use(use: PlaybookUse) -> str:
    if use.passed:
        return f"not used, because {use.passed}"
    decided = f"decided {use.amount} {use.currency}".rstrip() if use.decided else "in use"
    fitted = {FITTED: "it fitted", PARTLY: "it partly fitted", NOT: "it did not fit"}.get(use.fit, "")
    return fitted if fitted and not use.decided else ", ".join(filter(None, (decided, fitted)))


def _step(step: Step) -> str:
    return f"{step.number}. [{'x' if step.ticked else ' '}] {step.text}"


def _limits(use: PlaybookUse, playbook: UsablePlaybook | None) -> list[tuple[str, str]]:
    """What a playbook in use lets one decide, as long as nothing was decided by it, and when to call a lead."""
    if playbook is None:
        return []
    rows = []
    if playbook.authority and not use.decided:
        limit = f", up to {playbook.limit} {playbook.currency}" if playbook.limit else ""
        stands = playbook.unusable or playbook.no_authority
        decide = f"not now: {stands}" if stands else f"you may decide it yourself{limit}"
        rows.append(("may", f"{' '.join(playbook.authority.split())} ({decide})"))
    if playbook.escalate_when:
        words = " ".join(playbook.escalate_when.split())
        rows.append(("escalate", words if words.lower().startswith(("when ", "if ")) else f"when {words}"))
    return rows
