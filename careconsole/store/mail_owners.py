"""Which customers have which mail addresses, as SQL."""

from __future__ import annotations

MAIL_OWNERS = """
(select lower(email) as key, coalesce(into_id, id) as owner from customers
left join merged_customers on merged_customers.customer_id = id where email <> ''
union all select key, coalesce(into_id, customer_addresses.customer_id) from customer_addresses
left join merged_customers on merged_customers.customer_id = customer_addresses.customer_id)
"""
"""A table: the key of each mail address, and of each further telephone number, with the customer who has it, or the one
into whom they were merged."""
