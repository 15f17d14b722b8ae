"""The procedure as data: stages, actions, roles, documents. No Flask, no database, no writes."""
