"""Readers of a recruiter's text, one fact each; `jobboard.drafts` puts what they find together."""
