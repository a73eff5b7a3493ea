"""Feeds: settled events for other systems, as CloudEvents that they are sent or that they fetch."""
