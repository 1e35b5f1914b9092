"""Settings as TOML: the texts that a lead writes, and their meaning."""
