"""
The formats of dates and times for people, one package for each language.

Must not go here: the formats of the API (`web_api.rendering`).
"""
