"""Large events: bounds by multipliers, item by item, and restricted programs; not for what HiGHS does whole."""
