"""
The API under thousands of requests made from its own document, and the operators' pages under the strangest values of
every field: `make fuzz`; a short slice is in `make test`.

No answer may be a 500, or have a status, content type or content that the document does not name; and a request that
the document forbids must be refused. `CASES` says how many requests to the API, `SEED` which: the same ones
come again. `make fuzz` tries the values of the operators' pages all, whatever `CASES` says.
"""
