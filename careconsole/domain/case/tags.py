"""Tags: words that cases are found by."""

from __future__ import annotations

from functools import lru_cache

from careconsole.domain.errors import WrongUse

_PARTS = str.maketrans("|,", "--")


def tag_of(word: str) -> str:
    """A tag as it is stored: case-folded, without the # it is shown with, with hyphens for spaces, bars and commas.

    Empty for a word that has nothing else in it.
    """
    return "-".join(word.strip().removeprefix("#").translate(_PARTS).casefold().split()).strip("-")


def tags_of(words: tuple[str, ...]) -> tuple[str, ...]:
    """Typed tags as they are stored, without duplicates. Raises WrongUse for a word that is not a tag."""
    tags = []
    for word in words:
        kept = tag_of(word)
        if not kept or "|" in word or "," in word:
            raise WrongUse(f"{word!r} is not a tag.", "A tag is a word without commas or bars.")
        tags.append(kept)
    return tuple(dict.fromkeys(tags))


def with_tags(tags: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    """`tags`, followed by those of `more` that are new, without duplicates."""
    if not tags and len(more) < 2:
        return more
    return (*tags, *(tag for tag in dict.fromkeys(more) if tag not in tags))


@lru_cache(maxsize=4096)
def imported_tags(words: tuple[str, ...]) -> tuple[str, ...]:
    """The tags of another system as they are stored here, without duplicates and empty ones."""
    return tuple(dict.fromkeys(kept for word in words if (kept := tag_of(word))))
