"""The pages: what people see and click, rendered here and refreshed as the views change."""
