"""De-identified views for analysts: one Parquet file a view, without names, ids, dates or text."""
