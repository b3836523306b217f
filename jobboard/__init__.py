"""The house: what a job board knows and decides. No HTTP, SMTP, MIME or Jinja in here."""
