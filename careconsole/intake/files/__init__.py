"""Files and the records in them."""
