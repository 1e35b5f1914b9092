"""Which customers have a mail address that a filter names, as SQL."""

from __future__ import annotations

from collections.abc import Iterable


def owners_of_mails(keys: Iterable[str]) -> str:
    """A query for the customers who have one of some mail addresses; `keys` are parameters, with their keys."""
    among, merged = ", ".join(keys), "left join merged_customers on merged_customers.customer_id"
    return (
        f"select coalesce(into_id, id) from customers {merged} = id where lower(email) in ({among}) and email <> ''"
        " union all select coalesce(into_id, customer_addresses.customer_id) from customer_addresses"
        f" {merged} = customer_addresses.customer_id where key in ({among})"
    )
