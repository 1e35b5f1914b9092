"""Who a parked case waits for, by the word of its status."""

from __future__ import annotations

from careconsole.intake.formats.table.column_names import fold_name

_THIRD_PARTIES = (
    *("third party", "3rd party", "vendor", "supplier", "manufacturer", "carrier"),
    *("lieferant", "lieferanten", "hersteller", "drittanbieter", "dritte", "fournisseur", "tiers", "proveedor"),
    *("tercero", "terceros", "fornitore", "terzi", "terze parti", "fornecedor", "terceiros", "leverancier", "derden"),
)


def waits_on(label: str) -> str:
    """ "third party" if the status of a parked case names one; empty if it does not say who it waits for."""
    words = f" {fold_name(label)} "
    return "third party" if any(f" {name} " in words for name in _THIRD_PARTIES) else ""
