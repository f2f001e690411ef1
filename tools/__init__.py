"""
What developers and newcomers run beside the shop: `python -m tools.<name>`, most of it by `make`.

Tools may import everything; nothing that runs in production imports them, and no setting names them. The one tool for
production is `seeding`, which fills an empty shop with the demo's products.
"""
