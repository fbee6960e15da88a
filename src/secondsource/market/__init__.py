"""Who is out there: public records become one supplier register that can be searched; not for choosing among them.

The way of a record:
ingest (`connectors`, `journal`) → tables (`flatten`) → resolve → search → evidence.
"""
