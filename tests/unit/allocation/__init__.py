"""The allocation: its rule, its engine, its reasons and its check."""
