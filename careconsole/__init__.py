"""careconsole: the console a small team uses to look after its customers, in a terminal."""
