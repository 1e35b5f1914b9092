"""Forms: what a command asks for, from its fields in the registry to the command given. Widgets and rules apart."""
