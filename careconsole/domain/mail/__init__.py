"""Rules for mail that customers send: what a mail is, which case it belongs to, and when it is held."""
