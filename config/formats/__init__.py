"""How dates and times are written for people; the API has its own way."""
