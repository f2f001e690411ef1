"""
Image files and their storage: encoding of uploads, files in Django's default storage, and drawings as SVG.

The only package that uses Pillow and the storage. Must not go here: database access, forms, requests.
"""
