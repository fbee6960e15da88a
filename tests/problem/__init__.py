"""The room `problem`: reading, checking, linking and writing."""
