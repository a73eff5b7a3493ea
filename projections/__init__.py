"""Views: tables that follow the log, each at its own pace, and can be built again from it."""
