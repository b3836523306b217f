"""The light companion on the web: sign-up, history and the staff's desk."""
