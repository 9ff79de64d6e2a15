"""Slack: questions from every surface that it has, answers in the thread."""
