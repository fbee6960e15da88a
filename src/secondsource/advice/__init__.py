"""Answers that need plan, cost and risk together: who could dictate terms, and what would change that."""
