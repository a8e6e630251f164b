"""Facts about a block: types, what is active, what must be recorded, who shares storage."""
