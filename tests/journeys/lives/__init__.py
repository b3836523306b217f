"""The people of the month, and what happens to each: every episode a function, which `month.EPISODES` puts in order."""
