"""The shapes that secrets have in pasted text."""
