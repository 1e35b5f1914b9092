"""How often the right playbook is among those suggested, on texts that somebody else labelled; and what it costs.

A text is a case, and a label is what a team would call its cause. Each label has a playbook whose own words say nothing
of it, so that only its cases can. Of the texts of each label every second one is taught with its cause; the others are
then asked about, and afterwards the two halves change places, so that each text is asked about once, by a team that has
not seen it. Nothing is ever set by what comes out here.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from time import process_time

from careconsole.desk import Desk
from careconsole.desk.cases import execution
from careconsole.desk.playbooks import reading, writing
from careconsole.desk.queries.similar import similar
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.playbook.content import Content
from careconsole.domain.playbook.likeness import MOST
from careconsole.store import open_store
from tests.bench.builds import Builds, remove
from tests.bench.table import Measured
from tests.desk.office import Office

MOST_MISSED = 20
"""The most texts of a hundred whose playbook may be missing among those suggested."""
MOST_MS = 20
"""The most milliseconds that suggestions may take."""
PLAYBOOKS = 300
_FEWEST = 4
"""A label with fewer texts is left out: half of them would teach nothing."""
_SUBJECT = 200
"""A text longer than so many characters is shortened for the subject, and stands whole in the description."""
_ASKED = 40
"""About how many cases suggestions are timed."""

Texts = dict[str, list[str]]
"""The texts of each label."""


def read_corpus(path: Path) -> Texts:
    """Reads JSON Lines with `text` and `label`; leaves out labels with too few texts. Raises SystemExit for others."""
    texts: Texts = {}
    with path.open(encoding="utf-8") as lines:
        for place, line in enumerate(filter(str.strip, lines), start=1):
            entry = json.loads(line)
            if not (isinstance(entry, dict) and entry.get("text") and entry.get("label")):
                raise SystemExit(f"{path}: line {place} has no text and label.")
            texts.setdefault(str(entry["label"]), []).append(str(entry["text"]))
    texts = {label: some for label, some in texts.items() if len(some) >= _FEWEST}
    if len(texts) <= MOST:
        raise SystemExit(f"{path}: more than {MOST} labels with {_FEWEST} texts each are needed.")
    return texts


def measure_quality(texts: Texts) -> Iterator[Measured]:
    """The line of the table on how often the right playbook is missing, against the three most similar cases."""
    asked = by_playbook = by_case = 0
    for half in (0, 1):
        taught = {label: some[half::2] for label, some in texts.items()}
        others = {label: some[1 - half :: 2] for label, some in texts.items()}
        with tempfile.TemporaryDirectory(prefix="careconsole-suggest-") as folder:
            right, alike = _right(Office(Path(folder)), taught, others)
        asked += sum(map(len, others.values()))
        by_playbook += right
        by_case += alike
    what = f"right playbook not among {MOST}, {asked:,} texts, {len(texts)} labels"
    yield Measured(
        what,
        f"right label not among the {MOST} most similar cases",
        100 * (1 - by_playbook / asked),
        100 * (1 - by_case / asked),
        unit="%",
        limit=MOST_MISSED,
    )


def measure_speed(builds: Builds, cases: int) -> Iterator[Measured]:
    """The line of the table on what suggestions for a case cost, read by a console that is open already.

    It is the CPU time, which a busy machine changes less: everything happens in one thread, in files that are cached.
    """
    path = builds.folder / "suggesting.db"
    remove(path)
    shutil.copyfile(builds.open_cases(cases), path)
    with closing(open_store(str(path))) as store:
        now = 1_800_000_000_000
        lead = next(p.number for p in store.people.roster().people.values() if p.name == "Ana")
        desk = Desk(store, lambda: now, lead, "bench", "os")
        step = max(1, cases // PLAYBOOKS)
        for origin in range(1, min(cases, PLAYBOOKS * step) + 1, step):
            _write(desk, origin, case=origin)
        took = []
        for number in range(max(1, step // 2), cases + 1, max(1, cases // _ASKED)):
            began = process_time()
            reading.fitting(desk, number)
            took.append((process_time() - began) * 1_000)
    yield Measured(
        f"suggestions, {cases:,} cases, {min(cases, PLAYBOOKS)} playbooks, CPU time",
        "",
        median(took),
        None,
        limit=MOST_MS,
    )
    remove(path)


def _right(office: Office, taught: Texts, others: Texts) -> tuple[int, int]:
    """Of how many of `others` the playbook, and the label, are among the best three, once `taught` is known."""
    causes = {label: f"cause {place}" for place, label in enumerate(taught, start=1)}
    label_of: dict[int, str] = {}
    for texts in _by_turns(taught):
        for label, text in texts:
            label_of[_opened(office, text, causes[label])] = label
    playbooks = {label: _write(office.desk(), place, cause=causes[label]) for place, label in enumerate(taught, 1)}
    right = alike = 0
    for texts in _by_turns(others):
        for label, text in texts:
            number = _opened(office, text, "")
            found = reading.fitting(office.desk(), number)
            right += playbooks[label] in [one.known.playbook.number for one in found]
            cases = [
                one.number for one in similar(office.desk(), number, limit=len(label_of)) if one.number in label_of
            ]
            alike += label in [label_of[case] for case in cases[:MOST]]
    office.close()
    return right, alike


def _by_turns(texts: Texts) -> Iterator[list[tuple[str, str]]]:
    """A text of each label, then the next of each, as cases come in: mixed."""
    for place in range(max(map(len, texts.values()))):
        yield [(label, some[place]) for label, some in texts.items() if place < len(some)]


def _opened(office: Office, text: str, cause: str) -> int:
    office.later(0.01)
    subject = " ".join(text.split())
    command = OpenCase(subject=subject[:_SUBJECT], channel="email", description=text if len(subject) > _SUBJECT else "")
    number = execution.open_case(office.desk(), command, "Carla").opened
    assert number is not None
    if cause:
        execution.execute(office.desk(), "review", Review(cause=cause, nothing_because="taught"), [number])
    return number


def _write(desk: Desk, place: int, *, cause: str = "", case: int | None = None) -> int:
    content = Content(title=f"No {place}", causes=(cause,) if cause else (), steps=("do it",))
    return writing.write(desk, content, case=case).playbook.number
