"""Cases, their events and the commands on them."""
