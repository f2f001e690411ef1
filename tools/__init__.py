"""
Programs for developers and newcomers: `python -m tools.<name>`, most of them with `make`.

`demo` runs the shop, `tour` buys something in it, `seeding` writes its data, `contracts` checks the contracts between
contexts, `local` runs Postgres and a web server. Tools may import everything. Only `seeding` may also run in
production, to fill an empty shop with the demo's products.

Must not go here: code that production imports. Nothing imports tools, and no setting names them.
"""
