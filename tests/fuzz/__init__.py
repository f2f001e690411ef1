"""
Thousands of API requests generated from the API's document, and edge cases for every field of the operators' pages.
`make fuzz` runs them all; `make test` runs a short sample.

No response may be a 500, or have a status, content type or content that the document does not allow; a request that
the document forbids must be refused. `CASES` is the number of API requests, and `SEED` selects them reproducibly.
`make fuzz` tries all edge cases of the operators' pages, whatever `CASES` is.
"""
