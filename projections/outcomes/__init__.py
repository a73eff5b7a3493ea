"""Outcomes: how long patients stay, how their scores change, how often they come; always with n."""
