"""The `carepath` command."""
