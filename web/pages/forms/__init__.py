"""Forms for commands: made from each command's own model, so that no form lags behind the rules."""
