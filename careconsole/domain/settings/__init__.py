"""Settings as TOML: texts that a lead writes, and what they mean."""
