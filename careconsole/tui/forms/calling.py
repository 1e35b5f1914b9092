"""Whom an escalation calls, by when, and whom after that: shown before it is sent."""

from __future__ import annotations

from careconsole.domain.errors import WrongUse
from careconsole.domain.text import display_text
from careconsole.tui.forms.material import Material
from careconsole.tui.forms.moments import read, stamp
from careconsole.tui.forms.question import Said


def words(material: Material, said: Said, now: int) -> str:
    """A sentence for the form; "" for a command that calls nobody. Made safe."""
    if material.verb.id not in ("escalate", "skip") or material.case is None:
        return ""
    by = material.acknowledge_by
    text = said.get("by", "").strip()
    if text:
        try:
            by = read(text, now)
        except WrongUse:
            return ""
    named = said.get("to", "")
    steps = list(material.calls)
    if named:
        name = material.roster.name(int(named))
        steps = [(name, ""), *(step for step in steps if step[0] != display_text(name))]
    if not steps:
        return "Nobody else here is able to resolve it: name somebody."
    told = [display_text(f"{name} ({how})" if how else name, 60) for name, how in steps]
    after = f"; without an answer, then {', then '.join(told[1:])}" if len(told) > 1 else "; there is nobody after that"
    return f"Calls {told[0]}, to acknowledge by {stamp(by, now)}{after}."
